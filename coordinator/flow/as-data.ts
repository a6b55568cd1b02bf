import type { Json } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'

/** Control characters, and those that are invisible or turn the direction of writing: they hide words from people. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]+/gu

/** A text that somebody else wrote, as one bounded line of visible characters. */
export function oneLine(text: string, most: number): string {
  const line = text.normalize('NFKC').replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim()
  return line.length <= most ? line : `${cutText(line, most)}…`
}

/** What others wrote, between marks that it cannot contain: every `<` and `>` in it is escaped. */
export function asData(name: string, value: Json): string {
  const text = JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')
  return `<${name}>\n${text.replace(UNSEEN, ' ')}\n</${name}>`
}
