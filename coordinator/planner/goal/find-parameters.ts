import type { Json } from '../../../protocol/canonical.ts'
import { type Schema, schemaFaults } from '../../../protocol/parameters.ts'
import type { Template } from '../../../protocol/template.ts'
import type { Embedder } from '../../../registry/retrieve/embedder.ts'
import { createRetriever } from '../../../registry/retrieve/retriever.ts'
import { withoutCommonWords } from './common-words.ts'

/** A value that a goal gives to a parameter, and the words that say so. */
export interface FoundParameter {
  readonly name: string
  readonly value: Json
  readonly said: string
}

const NUMBER = /-?\d+(?:\.\d+)?\s*[%％]?/g
/** Beyond these a number is spoken of no more. */
const CLAUSE = /[,;，；、。：\n]|\.(?!\d)|\band\b/u

/**
 * What a goal says of a template's parameters: `name=value` as it stands, choices by their name, and each number for the parameter
 * whose name and description have most in common with the words around it. What does not fit its schema is left alone: the
 * default stands, or the task is refused for want of it.
 * @throws EntenteError EMBEDDING_FAILED
 */
export async function findParameters(
  goal: string,
  { parameters = {} }: Template,
  embedder: Embedder | null,
): Promise<FoundParameter[]> {
  const found = new Map<string, FoundParameter>()
  const take = (name: string, value: Json, said: string) => {
    if (!found.has(name) && schemaFaults(parameters[name]!, value, name).length === 0)
      found.set(name, { name, value, said })
  }
  for (const [name, schema] of Object.entries(parameters)) {
    const stated = new RegExp(`(?<![A-Za-z0-9_])${name}\\s*[=:]\\s*("[^"]*"|[^\\s,;，；]+)`, 'u').exec(goal)
    if (stated) take(name, parsedOrText(stated[1]!), stated[0])
    for (const choice of choicesOf(schema))
      if (goal.toLowerCase().includes(choice.toLowerCase())) take(name, choice, choice)
  }
  for (const { name, value, said } of await spokenNumbers(goal, parameters, embedder)) take(name, value, said)
  return [...found.values()]
}

/** Numbers with their parameters, those first of which most is said. */
async function spokenNumbers(
  goal: string,
  parameters: { readonly [name: string]: Schema },
  embedder: Embedder | null,
): Promise<FoundParameter[]> {
  const provider = { name: '', description: '' }
  const numeric = Object.entries(parameters).filter(([, { type }]) => type === 'number' || type === 'integer')
  if (numeric.length === 0) return []
  const sought = numeric.map(([name, { description = '' }]) => ({
    id: name,
    name,
    description: `${description}`,
    provider,
  }))
  const retriever = await createRetriever(sought, embedder)
  const spoken: (FoundParameter & { score: number })[] = []
  for (const { number, said } of numbersIn(goal)) {
    const ranked = await retriever.retrieve(withoutCommonWords(said), numeric.length)
    // Without a word in common it would be a guess.
    for (const { id, parts } of ranked.filter(({ parts }) => parts.bm25.score > 0)) {
      spoken.push({ name: id, value: scaled(number, parameters[id]!), said, score: parts.bm25.score })
    }
  }
  return spoken.sort((a, b) => b.score - a.score)
}

/** Each number in a text, with the words of its clause. */
function numbersIn(text: string): { number: string; said: string }[] {
  return [...text.matchAll(NUMBER)].map(({ 0: number, index }) => {
    const before = text.slice(0, index).split(CLAUSE).at(-1)!
    const after = text.slice(index + number.length).split(CLAUSE, 1)[0]!
    return { number: number.trim(), said: `${before}${number}${after}`.trim() }
  })
}

/** Of a share 20 % is 0.2; of a percentage, 20. */
function scaled(number: string, { maximum }: Schema): number {
  const value = Number.parseFloat(number)
  return /[%％]$/.test(number) && typeof maximum === 'number' && maximum <= 1 ? value / 100 : value
}

function choicesOf(schema: Schema): string[] {
  const choices = Array.isArray(schema.enum) ? schema.enum : []
  return choices.filter(choice => typeof choice === 'string')
}

function parsedOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
