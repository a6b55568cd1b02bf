import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { agent, Retryable, skill } from '../../agents/sdk/define.ts'
import { readConfig } from '../../stack/config.ts'
import { effectsFile, openEffects } from './effects.ts'

const pauseMs = 60
/** In this agent's own folder; opened with the first piece of work, because the module is also read for its card. */
let effects: ReturnType<typeof openEffects> | undefined

/**
 * Books an entry: its effect is a row in SQL, in the middle of a run that takes some time, so that a kill may come
 * before it, in it, and after it.
 */
export const clerk = (name: string) =>
  agent({
    name,
    description: 'Books entries.',
    concurrency: 16,
    skills: [
      skill({
        name: 'book',
        version: '1.0.0',
        description: 'Books an entry, and gives the total.',
        input: z.object({
          entry: z.string(),
          amounts: z.array(z.int()),
          /** What the plan of the run wants to see: a failure that another try mends, or one that none does. */
          mood: z.enum(['well', 'retry', 'fail']).default('well'),
        }),
        output: z.object({ entry: z.string(), total: z.int() }),
        price: 1_000_000n,
        async run({ entry, amounts, mood }, { taskId, subtaskId, attempt, idempotencyKey }) {
          effects ??= openEffects(effectsFile(readConfig(process.env).ENTENTE_DATA))
          await sleep(pauseMs)
          if (mood === 'fail') throw new Error('this entry cannot be booked')
          if (mood === 'retry' && attempt === 1) throw new Retryable('the book is open elsewhere')
          const total = amounts.reduce((sum, amount) => sum + amount, entry.length) % 1_000_003
          effects.record({ key: idempotencyKey, taskId, subtaskId, attempt, total, pid: process.pid })
          await sleep(pauseMs)
          return { entry, total }
        },
      }),
    ],
  })
