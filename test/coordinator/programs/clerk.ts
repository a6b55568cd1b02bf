import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

/** Adds to what it is given, taking its time; fails at will. */
export default agent({
  name: 'clerk',
  description: 'Adds to a text.',
  skills: [
    skill({
      name: 'add-line',
      version: '1.0.0',
      description: 'Adds a line.',
      input: z.object({ lines: z.array(z.string()), line: z.string() }),
      output: z.object({ lines: z.array(z.string()) }),
      price: 1_000_000n,
      async run({ lines, line }) {
        await sleep(300)
        if (line === 'impossible') throw new Error('there is no such line')
        return { lines: [...lines, line] }
      },
    }),
  ],
})
