import type { Accuracy } from '../../../coordinator/lab/agree-on.ts'

/** How often each rule is right, as one thing is varied. */
export interface Breakdown {
  readonly name: string
  readonly title: string
  readonly points: readonly { readonly x: number; readonly accuracy: Accuracy }[]
}

const panel = { width: 300, height: 220, left: 40, right: 14, top: 30, bottom: 50 }
const [plotWidth, plotHeight] = [panel.width - panel.left - panel.right, panel.height - panel.top - panel.bottom]

const lines = {
  entente: '#1f6feb',
  goldLogOdds: '#2da44e',
  oneCoin: '#bf8700',
  majority: '#cf222e',
} as const satisfies Partial<Record<keyof Accuracy, string>>

/** A panel for each thing that is varied; accuracy from 0 to .8 upwards. */
export function drawBreakdown(breakdowns: readonly Breakdown[]): string {
  const width = panel.width * breakdowns.length
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${panel.height}" viewBox="0 0 ${width} ${panel.height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${breakdowns.map((breakdown, index) => drawPanel(breakdown, index * panel.width)).join('\n')}
${legend()}
</svg>
`
}

function drawPanel({ name, title, points }: Breakdown, left: number): string {
  const right = Math.max(...points.map(({ x }) => x))
  const at = (x: number, share: number) =>
    `${(left + panel.left + (x / right) * plotWidth).toFixed(1)},${(panel.top + plotHeight * (1 - share / 0.8)).toFixed(1)}`
  const curves = Object.entries(lines).map(([rule, colour]) => {
    const line = points.map(({ x, accuracy }) => at(x, accuracy[rule as keyof Accuracy])).join(' ')
    return `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2"><title>${rule}</title></polyline>`
  })
  const [edge, foot] = [left + panel.left, panel.top + plotHeight]
  return [
    `<text x="${edge}" y="18" font-weight="bold">${title}</text>`,
    `<polyline points="${at(0, 0.8)} ${at(0, 0)} ${at(right, 0)}" fill="none" stroke="#888"/>`,
    `<text x="${edge - 6}" y="${panel.top + 4}" text-anchor="end">.80</text>`,
    `<text x="${edge - 6}" y="${foot + 4}" text-anchor="end">0</text>`,
    `<text x="${edge + plotWidth}" y="${foot + 16}" text-anchor="end">${right} ${name}</text>`,
    ...curves,
  ].join('\n')
}

function legend(): string {
  return Object.entries(lines)
    .map(
      ([rule, colour], place) =>
        `<text x="${panel.left + place * 100}" y="${panel.height - 8}" fill="${colour}">${rule}</text>`,
    )
    .join('\n')
}
