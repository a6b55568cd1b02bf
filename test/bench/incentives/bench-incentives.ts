import { writeFileSync } from 'node:fs'
import type { Outcome } from '../../../coordinator/lab/incentives/scene.ts'
import { sweep } from '../../../coordinator/lab/incentives/sweep.ts'
import { usualScene } from '../../../coordinator/lab/incentives/usual-scene.ts'
import type { Row } from '../print-table.ts'
import { drawCurves } from './draw-curves.ts'

const picture = 'docs/incentives.svg'
const tasks = 2_500

/** What each strategy earns, by gold, stake, penalty, colluders and honest mistakes. */
export function benchIncentives(): Row[] {
  const curves = sweep({ ...usualScene, tasks })
  writeFileSync(picture, drawCurves(curves))
  return curves.flatMap(({ by, points }) => points.map(point => ({ by, at: point.at, ...rowOf(point) })))
}

function rowOf({ earnings, honestEarnsMost, right, liedTo }: Outcome) {
  const profits = Object.entries(earnings).map(([strategy, { profit }]) => [strategy, profit])
  return {
    ...Object.fromEntries(profits),
    right,
    'lied to': liedTo,
    'honest earns most': honestEarnsMost ? 'yes' : 'NO',
  }
}
