import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

/** Counts letters, taking its time. */
export default agent({
  name: 'counter',
  description: 'Counts.',
  skills: [
    skill({
      name: 'count-letters',
      version: '1.0.0',
      description: 'Counts the letters of a word.',
      input: z.object({ word: z.string() }),
      output: z.object({ letters: z.number() }),
      price: 1_000_000n,
      async run({ word }) {
        await sleep(50)
        return { letters: word.length }
      },
    }),
  ],
})
