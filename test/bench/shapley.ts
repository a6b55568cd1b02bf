import { coalitionValues, exactShares, shapley } from '../../coordinator/flow/shapley.ts'
import { sharesByDefinition } from '../coordinator/flow/shapley-by-definition.ts'
import { seeded } from '../harness/seeded.ts'
import type { Row } from './print-table.ts'

// The least of several: what others do on the machine only adds.
const runs = 15

/** Exact Shapley values beside their definition, player by player and coalition by coalition, on the same values. */
export function benchShapley(): Row[] {
  return [8, 12, 16].flatMap(players => [20, 128].map(bits => rowOf(players, bits)))
}

function rowOf(players: number, bits: number): Row {
  const random = seeded(`${players} ${bits}`)
  const values = coalitionValues(players, () => random.bits(bits))
  let next = 0
  const worthOf = () => values[next++ % values.length]!
  const asked = leastMs(() => shapley(players, worthOf, ''))
  const exact = leastMs(() => exactShares(values))
  const definition = leastMs(() => sharesByDefinition(values))
  return {
    players,
    'bits a value': bits,
    'shapley() ms': asked,
    'of a table ms': exact,
    'by definition ms': definition,
    'definition / table': definition / exact,
  }
}

function leastMs(run: () => unknown): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return Math.min(...times)
}
