import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

/** Sleeps too, and costs nothing; but not for long. */
export default agent({
  name: 'napper',
  description: 'Sleeps for a moment.',
  skills: [
    skill({
      name: 'doze',
      version: '1.1.0',
      description: 'Sleeps for a moment.',
      input: z.object({ sleepMs: z.number().max(10) }),
      output: z.object({ by: z.string() }),
      price: 0n,
      async run({ sleepMs }, { signal }) {
        await sleep(sleepMs, undefined, { signal })
        return { by: 'napper' }
      },
    }),
  ],
})
