import { stripVTControlCharacters } from 'node:util'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** What a terminal draws two columns wide: East Asian Wide and Fullwidth (Unicode UAX #11), and emoji. */
const wide =
  /^(?:\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation})/u

/** Columns that a text takes in a terminal; styles take none. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += wide.test(segment) ? 2 : 1
  return width
}

/**
 * Text from outside as one line that is safe to print: escape sequences could move the cursor or change the window's
 * title, and so could the control characters that they begin with.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
}

/** Cuts a text to a width, an ellipsis in place of what is lost. */
export function cutText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let cut = ''
  for (const { segment } of graphemes.segment(text)) {
    if (textWidth(cut + segment) > columns - 1) break
    cut += segment
  }
  return `${cut}…`
}
