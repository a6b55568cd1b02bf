import { EntenteError } from './errors.ts'

/** What a pattern asks for: characters, places, and how these follow one another. */
export type PatternNode =
  /** One character of a set, which is written as it stands in the pattern. */
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'sequence' | 'choice'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly least: number; readonly most: number }

export type Place = '^' | '$' | '\\b' | '\\B'

/** Nobody writes longer ones by hand, and each is gone through by recursion. */
const mostCharacters = 4_096
const mostLevels = 100

/** A set: a class, an escape that stands for characters, or a character; the grammar was checked before. */
const setAt =
  /\[(?:[^\]\\]|\\.)*\]|\\(?:u\{[^}]*\}|u[dD][89aAbB]..\\u[dD][c-fC-F]..|u....|x..|c.|[pP]\{[^}]*\}|.)|[^\\]/suy
const quantifierAt = /(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/y
const groupAt = /\((?:\?(?::|<[^=!][^>]*>))?(?!\?)/y
const placeAt = /\^|\$|\\[bB]/y
const backReferenceAt = /\\(?:[1-9]\d*|k<[^>]*>)/y

/**
 * A regular expression of ECMA-262 with the flag `u`, as JSON Schema has them, taken apart.
 *
 * @throws EntenteError PATTERN_REFUSED where it is none, is too long or nested too deeply, or asks for what no engine does in
 *   a time that grows with the text: back-references and look-around. Flags within it are newer than the standard's other parts,
 *   and not read everywhere.
 */
export function parsePattern(source: string): PatternNode {
  if (source.length > mostCharacters) throw refused(`it is longer than ${mostCharacters} characters`)
  checkGrammar(source)
  let at = 0

  function taken(what: RegExp): RegExpExecArray | null {
    what.lastIndex = at
    const found = what.exec(source)
    if (found) at = what.lastIndex
    return found
  }

  function choice(level: number): PatternNode {
    if (level > mostLevels) throw refused(`it is nested more than ${mostLevels} levels deep`)
    const nodes = [sequence(level)]
    while (source[at] === '|') {
      at++
      nodes.push(sequence(level))
    }
    return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes }
  }

  function sequence(level: number): PatternNode {
    const nodes: PatternNode[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') nodes.push(repeated(atom(level)))
    return { kind: 'sequence', nodes }
  }

  function repeated(node: PatternNode): PatternNode {
    const [quantifier, least, comma, most] = taken(quantifierAt) ?? []
    if (quantifier === undefined) return node
    if (least === undefined) {
      return { kind: 'repeat', node, least: quantifier[0] === '+' ? 1 : 0, most: quantifier[0] === '?' ? 1 : Infinity }
    }
    return { kind: 'repeat', node, least: Number(least), most: comma ? Number(most || Infinity) : Number(least) }
  }

  function atom(level: number): PatternNode {
    const place = taken(placeAt)
    if (place) return { kind: 'place', place: place[0] as Place }
    const back = taken(backReferenceAt)
    if (back) throw refused(`${back[0]} refers back to what was matched before`)
    if (source[at] !== '(') return { kind: 'set', source: taken(setAt)![0] }
    if (!taken(groupAt)) throw refused(`${source.slice(at, at + 4)} ${groupFault(source.slice(at))}`)
    const node = choice(level + 1)
    at++
    return node
  }

  return choice(0)
}

function checkGrammar(source: string): void {
  try {
    new RegExp(source, 'u')
  } catch (cause) {
    throw refused((cause as Error).message)
  }
}

function groupFault(group: string): string {
  return /^\(\?<?[=!]/.test(group) ? 'looks around' : 'sets flags within the pattern'
}

function refused(why: string): EntenteError {
  return new EntenteError('PATTERN_REFUSED', why)
}
