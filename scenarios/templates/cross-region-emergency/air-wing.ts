import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { Convoy } from './convoy.ts'

/** Stretchers that a transport aircraft takes. */
const bedsPerAircraft = 60

export default agent({
  name: 'air-wing',
  description: 'Flies patients between regions when the roads cannot take them.',
  skills: [
    skill({
      name: 'airlift',
      version: '1.0.0',
      description: 'Says how many aircraft carry a move.',
      input: z.object({ move: z.object({ from: z.string(), to: z.string(), beds: z.int() }) }),
      output: Convoy,
      price: 1_500_000n,
      run: ({ move }) => ({ ...move, vehicles: Math.ceil(move.beds / bedsPerAircraft) }),
    }),
  ],
})
