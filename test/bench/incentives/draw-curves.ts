import type { Strategy } from '../../../coordinator/lab/incentives/population.ts'
import type { Curve } from '../../../coordinator/lab/incentives/sweep.ts'

const panel = { width: 220, height: 220, left: 40, right: 14, top: 30, bottom: 50 }
const [plotWidth, plotHeight] = [panel.width - panel.left - panel.right, panel.height - panel.top - panel.bottom]

/** Credits for one organisation and task; what lies beyond is cut off at the edge. */
const [least, most] = [-0.3, 0.3]

const titles: Record<Curve['by'], string> = {
  gold: 'by the share of gold',
  stake: 'by the stake, in credits',
  colluders: 'by colluders, of 22',
  colludeRate: 'by how often colluders dare',
  wrongPenalty: 'by the penalty for wrong',
  errorRate: 'by honest mistakes',
}

const lines: Record<Strategy, string> = {
  honest: '#1f6feb',
  colluding: '#cf222e',
  lying: '#bf8700',
  lazy: '#2da44e',
  sybil: '#8250df',
}

/** A panel for each thing that is varied, its values at even distances; profit upwards. */
export function drawCurves(curves: readonly Curve[]): string {
  const width = panel.width * curves.length
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${panel.height}" viewBox="0 0 ${width} ${panel.height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${curves.map((curve, index) => drawPanel(curve, index * panel.width)).join('\n')}
${legend()}
</svg>
`
}

function drawPanel({ by, points }: Curve, left: number): string {
  const x = (place: number) => left + panel.left + (place / (points.length - 1)) * plotWidth
  const y = (profit: number) =>
    panel.top + plotHeight * ((most - Math.min(most, Math.max(least, profit))) / (most - least))
  const curves = Object.entries(lines).map(([strategy, colour]) => {
    const said = points.map(({ earnings }, place) => {
      const { profit } = earnings[strategy as Strategy] ?? { profit: 0 }
      return `${x(place).toFixed(1)},${y(profit).toFixed(1)}`
    })
    return `<polyline points="${said.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"><title>${strategy}</title></polyline>`
  })
  const marks = points.map(
    ({ at }, place) =>
      `<text x="${x(place).toFixed(1)}" y="${panel.top + plotHeight + 16}" text-anchor="middle">${at}</text>`,
  )
  const [edge, end] = [left + panel.left, left + panel.left + plotWidth]
  return [
    `<text x="${edge}" y="18" font-weight="bold">${titles[by]}</text>`,
    `<polyline points="${edge},${y(most)} ${edge},${y(least)}" fill="none" stroke="#888"/>`,
    `<polyline points="${edge},${y(0)} ${end},${y(0)}" fill="none" stroke="#888"/>`,
    ...[most, 0, least].map(
      profit => `<text x="${edge - 6}" y="${(y(profit) + 4).toFixed(1)}" text-anchor="end">${profit}</text>`,
    ),
    ...marks,
    ...curves,
  ].join('\n')
}

function legend(): string {
  return Object.entries(lines)
    .map(
      ([strategy, colour], place) =>
        `<text x="${panel.left + place * 90}" y="${panel.height - 8}" fill="${colour}">${strategy}</text>`,
    )
    .join('\n')
}
