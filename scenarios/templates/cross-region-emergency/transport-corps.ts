import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { Assessment } from './assess-region.ts'
import { Convoy } from './convoy.ts'

/** More in one column, and the road is blocked for hours. */
const longestColumn = 120

export default agent({
  name: 'transport-corps',
  description: 'Drives between regions, and tells them what is on the way.',
  skills: [
    skill({
      name: 'dispatch-convoy',
      version: '1.0.0',
      description: 'Says how many vehicles carry a move.',
      input: z.object({
        move: z.object({ from: z.string(), to: z.string(), beds: z.int() }),
        vehicleBeds: z.int().min(1),
      }),
      output: Convoy,
      price: 1_000_000n,
      run({ move, vehicleBeds }) {
        const vehicles = Math.ceil(move.beds / vehicleBeds)
        if (vehicles <= longestColumn) return { ...move, vehicles }
        throw new Error(`${vehicles} vehicles from ${move.from} to ${move.to}: the road takes ${longestColumn}`)
      },
    }),
    skill({
      name: 'draft-notice',
      version: '1.0.0',
      description: 'Words what every region is told.',
      input: z.object({ hazard: z.string(), regions: z.array(Assessment), convoys: z.array(Convoy).nullable() }),
      output: z.object({ text: z.string() }),
      price: 1_000_000n,
      run({ hazard, regions, convoys }) {
        const needs = regions.map(({ region, threatenedBeds }) => `${region} empties ${threatenedBeds} beds`)
        const moves = (convoys ?? []).map(({ from, to, beds }) => `${beds} from ${from} to ${to}`)
        const help = convoys === null ? 'no region needs help' : `on the way: ${moves.join(', ') || 'nobody'}`
        return { text: `${hazard}: ${needs.join(', ')}; ${help}.` }
      },
    }),
  ],
})
