/** What was measured, by the name of its column. */
export type Row = Readonly<Record<string, string | number>>

/** Rows as an aligned table on standard output; numbers to the right. */
export function printTable(rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {})
  const widths = columns.map(column => Math.max(column.length, ...rows.map(row => shown(row[column] ?? '').length)))
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, i) => (typeof cell === 'number' ? shown(cell).padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  process.stdout.write(`${line(columns)}\n`)
  for (const row of rows) process.stdout.write(`${line(columns.map(column => row[column] ?? ''))}\n`)
}

/** Three digits say all that a noisy machine can. */
function shown(cell: string | number): string {
  return typeof cell === 'number' && !Number.isInteger(cell) ? `${Number(cell.toPrecision(3))}` : `${cell}`
}

/** The value below which a share of the sorted values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

/** Milliseconds as seconds with two digits. */
export const seconds = (ms: number): number => Math.round(ms / 10) / 100
