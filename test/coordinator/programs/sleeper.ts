import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

/** Sleeps as long as it is told to. */
export default agent({
  name: 'sleeper',
  description: 'Sleeps.',
  skills: [
    skill({
      name: 'doze',
      version: '1.0.0',
      description: 'Sleeps.',
      input: z.object({ sleepMs: z.number() }),
      output: z.object({ by: z.string() }),
      price: 1n,
      async run({ sleepMs }, { signal }) {
        await sleep(sleepMs, undefined, { signal })
        return { by: 'sleeper' }
      },
    }),
  ],
})
