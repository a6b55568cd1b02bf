import { plain, textWidth } from './text-width.ts'

/** Where a line may break: around words, after every Chinese character and mark, but not before a mark that closes. */
const pieces = /\s+|(?:\p{Script=Han}|[^\s\p{Script=Han}，。、；：！？]+)[，。、；：！？）】》”…]*|[，。、；：！？]+/gu

/** Breaks a text into lines of at most so many columns; a word that is longer than a line stands alone, and whole. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [piece] of plain(text).matchAll(pieces)) {
    if (line !== '' && textWidth(line + piece.trimEnd()) > columns) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += line === '' ? piece.trimStart() : piece
  }
  return line === '' ? lines : [...lines, line.trimEnd()]
}

/** The lines of a text behind a mark, such as `1. ` or an indent; lines after the first stand under its text. */
export function hangText(mark: string, text: string, columns: number): string[] {
  const under = ' '.repeat(textWidth(mark))
  return wrapText(text, columns - textWidth(mark)).map((line, i) => (i === 0 ? mark : under) + line)
}
