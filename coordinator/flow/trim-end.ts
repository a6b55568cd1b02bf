/**
 * A text without the characters at its end that are among these, white space where none are named. The library does so by a
 * regular expression that begins anew at each of them, and is at a text of white space for hours.
 */
export function trimEnd(text: string, among: string | undefined): string {
  const isAmong = among ? isIn(among) : (unit: string) => /[\s\x85]/.test(unit)
  let end = text.length
  while (end > 0 && isAmong(text[end - 1]!)) end--
  return text.slice(0, end)
}

function isIn(units: string): (unit: string) => boolean {
  const set = new Set(units.split(''))
  return unit => set.has(unit)
}
