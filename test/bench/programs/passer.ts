import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

/** Does nothing: what is measured is everything around it. */
export default agent({
  name: 'passer',
  description: 'Passes a number on.',
  concurrency: 256,
  skills: [
    skill({
      name: 'pass-on',
      version: '1.0.0',
      description: 'Passes a number on.',
      input: z.object({ n: z.int() }),
      output: z.object({ n: z.int() }),
      price: 1_000n,
      run: async ({ n }) => ({ n: n + 1 }),
    }),
  ],
})
