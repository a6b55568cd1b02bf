/** Words that say nothing of what is wanted: they are in any request. */
const common = new Set(
  `a about after all an and any are as at be by can could do for from get give has have help her his how i if in into is it its
  let like make me my need no of on one or our out please she should so some than that the their them then there they this to up
  us want was we what when where which who will with would you your`.split(/\s+/),
)

/** The text without them, in lower case. */
export function withoutCommonWords(text: string): string {
  const words = text.toLowerCase().split(/(?<=\p{L})(?![\p{L}'])|(?<![\p{L}'])(?=\p{L})/u)
  return words.filter(word => !common.has(word)).join('')
}
