import { stemmer } from 'stemmer'

const RUNS = /\p{Script=Han}+|[[\p{L}\p{N}]--\p{Script=Han}]+/gv

/** A name as words: `get_stock-price`, `getStockPrice` and `HTMLToText` are `get stock price` and `HTML To Text`. */
export function wordsOfName(name: string): string {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * The terms by which a text is found: words in lower case, English ones by Porter's stem, and Chinese, which is written
 * without spaces, as every pair of neighbours (bigrams: about as good as segmentation, and no dictionary to go stale).
 */
export function termsOf(text: string): string[] {
  const runs = wordsOfName(text).toLowerCase().match(RUNS) ?? []
  return runs.flatMap(run => {
    if (/\p{Script=Han}/u.test(run)) return bigrams([...run])
    return /^[a-z]+$/.test(run) ? [stemmer(run)] : [run]
  })
}

/** The first sentence: what a description says before it goes into details. */
export function firstSentence(text: string): string {
  return text
    .trim()
    .split(/(?<=[.!?])\s|(?<=[。！？])|\n/u, 1)[0]!
    .trim()
}

function bigrams(characters: readonly string[]): string[] {
  if (characters.length === 1) return [...characters]
  return characters.slice(1).map((character, index) => characters[index]! + character)
}
