import { cutText, plain, textWidth } from './text-width.ts'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** True for the one or two columns whose texts are cut when the table is wider than the terminal. */
  readonly shrinks?: true
}

/** Columns between two columns. */
const gap = 2

/** A table as lines, its titles first, each column as wide as its widest cell. */
export function drawTable(columns: readonly Column[], rows: readonly string[][], maxColumns: number): string[] {
  const cells = [columns.map(column => column.title), ...rows.map(row => row.map(plain))]
  const natural = columns.map((_, c) => Math.max(...cells.map(row => textWidth(row[c] ?? ''))))
  const widths = fitColumns(columns, natural, maxColumns)
  return cells.map(row =>
    columns
      .map(({ align }, c) => pad(cutText(row[c] ?? '', widths[c]!), widths[c]!, align))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** Takes what is too much from the columns that shrink, in equal parts; none gets narrower than its title. */
function fitColumns(columns: readonly Column[], natural: readonly number[], maxColumns: number): number[] {
  const total = natural.reduce((sum, width) => sum + width, 0) + gap * (columns.length - 1)
  const shrinking = columns.filter(column => column.shrinks).length
  const each = shrinking > 0 ? Math.ceil(Math.max(0, total - maxColumns) / shrinking) : 0
  return natural.map((width, c) =>
    columns[c]!.shrinks ? Math.max(textWidth(columns[c]!.title), Math.min(width, width - each)) : width,
  )
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + space : space + text
}
