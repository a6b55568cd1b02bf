import type { Row } from '../print-table.ts'

const panels = [
  { column: 'held MB', title: 'memory held, MB' },
  { column: 'take over s', title: 'time to take over, s' },
  { column: 'CPU ms a subtask', title: 'CPU of a subtask on top, ms' },
] as const

const panel = { width: 280, height: 200, left: 46, right: 14, top: 30, bottom: 34 }

/** A picture of the curve: a panel for each of what it costs, from nothing on both axes, so that a line is one. */
export function drawCurve(rows: readonly Row[]): string {
  const width = panel.width * panels.length
  const drawn = panels.map(({ column, title }, index) => drawPanel(rows, column, title, index * panel.width))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${panel.height}" viewBox="0 0 ${width} ${panel.height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${drawn.join('\n')}
</svg>
`
}

function drawPanel(rows: readonly Row[], column: string, title: string, x: number): string {
  const points = rows.map(row => ({ open: Number(row['open tasks']), value: Number(row[column]) }))
  const [right, top] = [Math.max(...points.map(({ open }) => open)), roundUp(Math.max(...points.map(p => p.value)))]
  const [plotWidth, plotHeight] = [panel.width - panel.left - panel.right, panel.height - panel.top - panel.bottom]
  const at = (open: number, value: number) => ({
    x: x + panel.left + (open / right) * plotWidth,
    y: panel.top + plotHeight - (value / top) * plotHeight,
  })
  const said = ({ x, y }: { x: number; y: number }) => `${x.toFixed(1)},${y.toFixed(1)}`
  const [origin, end, ceiling] = [at(0, 0), at(right, 0), at(0, top)]
  const line = points.map(({ open, value }) => said(at(open, value))).join(' ')
  const dots = points.map(({ open, value }) => {
    const { x, y } = at(open, value)
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="#1f6feb"><title>${open}: ${value}</title></circle>`
  })
  return [
    `<text x="${x + panel.left}" y="18" font-weight="bold">${title}</text>`,
    `<polyline points="${said(ceiling)} ${said(origin)} ${said(end)}" fill="none" stroke="#888"/>`,
    `<text x="${origin.x - 6}" y="${ceiling.y + 4}" text-anchor="end">${top}</text>`,
    `<text x="${origin.x - 6}" y="${origin.y + 4}" text-anchor="end">0</text>`,
    `<text x="${end.x}" y="${end.y + 16}" text-anchor="end">${right.toLocaleString('en')} open tasks</text>`,
    `<polyline points="${line}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...dots,
  ].join('\n')
}

/** The next of 1, 2, 5, 10, 20, … */
function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 5, 10].find(step => step * power >= value) ?? 10)
}
