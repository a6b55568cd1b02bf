import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'

const cm = z.number().meta({ agree: { by: 'median', tolerance: 3 } })
const text = z.string().meta({ agree: { by: 'text', tolerance: 0.2 } })

/** Reads a gauge, and reports what it says in words of its own. */
export const reporter = (readCm: number, wording: string) =>
  agent({
    name: 'reporter',
    description: 'Reports how high the river is.',
    skills: [
      skill({
        name: 'report-level',
        version: '1.0.0',
        description: 'Reports how high the river is, in words.',
        input: z.object({ gauge: z.string() }),
        output: z.object({ cm, text }),
        price: 1_000_000n,
        run: ({ gauge }) => ({ cm: readCm, text: `${gauge}: ${wording}` }),
      }),
    ],
  })
