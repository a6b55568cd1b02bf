import { z } from 'zod'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { Assessment, assessRegion } from './assess-region.ts'

const Move = z.object({ from: z.string(), to: z.string(), beds: z.int() })
type Move = z.infer<typeof Move>

/** The greatest need first, to the most free beds; a region that the roads do not reach neither sends nor takes. */
export const matchAid = skill({
  name: 'match-aid',
  version: '1.0.0',
  description: 'Assigns the patients of regions in need to the free beds of others.',
  input: z.object({ regions: z.array(Assessment), closed: z.array(z.string()).nullable() }),
  output: z.object({ moves: z.array(Move), unmet: z.int() }),
  price: 2_000_000n,
  run({ regions, closed }) {
    const reached = regions.filter(({ region }) => !closed?.includes(region))
    const needs = reached.filter(({ shortfall }) => shortfall > 0).sort((a, b) => b.shortfall - a.shortfall)
    const free = new Map(
      reached
        .filter(({ shortfall }) => shortfall === 0)
        .map(each => [each.region, each.spareBeds - each.threatenedBeds]),
    )
    const moves: Move[] = []
    let unmet = regions.filter(each => !reached.includes(each)).reduce((sum, { shortfall }) => sum + shortfall, 0)
    for (const { region: from, shortfall } of needs) {
      let left = shortfall
      for (const [to, beds] of [...free].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
        const taken = Math.min(left, beds)
        if (taken === 0) continue
        moves.push({ from, to, beds: taken })
        free.set(to, beds - taken)
        left -= taken
      }
      unmet += left
    }
    return { moves, unmet }
  },
})

export default agent({
  name: 'inland-region',
  description: 'The health desk of another region, which also matches needs and beds for all.',
  skills: [assessRegion, matchAid],
})
