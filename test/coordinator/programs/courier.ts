import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

/** Makes what only its receiver may read. */
export const maker = agent({
  name: 'maker',
  description: 'Makes secrets.',
  skills: [
    skill({
      name: 'make',
      version: '1.0.0',
      description: 'Makes a secret of a word.',
      input: z.object({ word: z.string() }),
      output: z.object({ secret: z.string().meta({ class: 'restricted' }), length: z.int() }),
      price: 1_000_000n,
      run: ({ word }) => ({ secret: `the word is ${word.split('').reverse().join('')}`, length: word.length }),
    }),
  ],
})

/** Takes it, and keeps what it read. */
export const takerOf = (read: string[]) =>
  agent({
    name: 'taker',
    description: 'Takes secrets.',
    skills: [
      skill({
        name: 'take',
        version: '1.0.0',
        description: 'Reads a secret, and says how long it is.',
        input: z.object({ secret: z.string() }),
        output: z.object({ length: z.int() }),
        price: 1_000_000n,
        run({ secret }) {
          read.push(secret)
          return { length: secret.length }
        },
      }),
    ],
  })
