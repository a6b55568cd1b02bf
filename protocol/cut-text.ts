/** The first so many characters of a text; where that halves a surrogate pair, U+FFFD for the half: JSON with a half has no canonical form. */
export function cutText(text: string, most: number): string {
  return text.slice(0, most).toWellFormed()
}
