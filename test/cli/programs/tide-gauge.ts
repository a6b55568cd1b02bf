import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

const levels = z.array(z.number())

/** Predicts the water, but not at a station whose gauge is under it; reads a gauge that is elsewhere. */
export default agent({
  name: 'tide-gauge',
  description: 'The harbour and its water',
  skills: [
    skill({
      name: 'predict-tide',
      version: '1.0.0',
      description: 'Predicts how high the water stands in the next hours.',
      input: z.object({ station: z.string(), hours: z.int() }),
      output: z.object({ levels }),
      price: 1_000_000n,
      run({ station, hours }) {
        if (station === 'sunk') throw new Error('the gauge is under water')
        return { levels: Array.from({ length: hours }, (_, hour) => 3 + hour / 10) }
      },
    }),
    skill({
      name: 'read-neighbour',
      version: '1.0.0',
      description: 'Reads the gauge of the next harbour.',
      input: z.object({ station: z.string() }),
      output: z.object({ levels }),
      price: 1_500_000n,
      run: () => ({ levels: [4.1, 4.4] }),
    }),
  ],
})
