import { readFileSync, writeFileSync } from 'node:fs'
import { agreeOn } from '../../../coordinator/lab/agree-on.ts'
import { readAnswers } from '../../../coordinator/lab/read-answers.ts'
import type { Row } from '../print-table.ts'
import { type Breakdown, drawBreakdown } from './draw-breakdown.ts'

const picture = 'docs/agreement.svg'
const usual = { panel: { by: 'top', size: 9 }, colluders: 12, lieRate: 1, gold: 0.02, draws: 10, seed: '1' } as const

/** How often rules of agreement are right, by the number of colluders, how often they lie, and how much gold there is. */
export function benchAgreement(): Row[] {
  const answers = readAnswers(readFileSync(new URL('../../data/llm-panel/answers.csv', import.meta.url), 'utf8'))
  const along = (name: string, title: string, at: readonly number[], varied: (x: number) => object): Breakdown => ({
    name,
    title,
    points: at.map(x => ({ x, accuracy: agreeOn(answers, { ...usual, ...varied(x) }) })),
  })
  const breakdowns = [
    along('colluders', 'by colluders, who always lie', [0, 2, 4, 6, 8, 10, 12, 14, 16], colluders => ({ colluders })),
    along('lie rate', 'by the lie rate of 12 colluders', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], lieRate => ({
      lieRate,
    })),
    along('gold', 'by gold, 12 who lie on 40 %', [0, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05], gold => ({
      gold,
      lieRate: 0.4,
    })),
  ]
  writeFileSync(picture, drawBreakdown(breakdowns))
  return breakdowns.flatMap(({ name, points }) => points.map(({ x, accuracy }) => ({ by: name, at: x, ...accuracy })))
}
