import { z } from 'zod'
import { agent, skill } from '../sdk/define.ts'

/** The smallest agent there is: copy this folder. */
export default agent({
  name: 'echo',
  description: 'Gives back what it is given.',
  skills: [
    skill({
      name: 'echo',
      version: '1.0.0',
      description: 'Repeats a text a number of times.',
      input: z.object({ text: z.string(), times: z.number().int().min(1).max(10).default(1) }),
      output: z.object({ texts: z.array(z.string()) }),
      price: 1_000_000n,
      run: ({ text, times }) => ({ texts: Array.from({ length: times }, () => text) }),
    }),
  ],
})
