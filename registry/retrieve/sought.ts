import type { Field } from './bm25.ts'
import type { Embedder } from './embedder.ts'
import type { Reading } from './explanation.ts'
import { firstSentence, wordsOfName } from './words.ts'

/** A skill as it is looked for. */
export interface Sought {
  /** Unlike that of any other. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** Who offers it: an agent, a tool server. */
  readonly provider: { readonly name: string; readonly description: string }
}

/** How much a word counts where it stands: a name is chosen with care, a provider's description is of all its skills. */
const WEIGHTS = { name: 2, description: 1, providerName: 1, providerDescription: 0.5 } as const

export function fieldsOf({ name, description, provider }: Sought): Field[] {
  return [
    { text: name, weight: WEIGHTS.name },
    { text: description, weight: WEIGHTS.description },
    { text: provider.name, weight: WEIGHTS.providerName },
    { text: provider.description, weight: WEIGHTS.providerDescription },
  ]
}

/**
 * What of a skill is given to the model, and how much of the skill that is: its name and the first sentence about it,
 * since a sentence means one thing and a page means a little of everything.
 */
export function meaningOf({ name, description }: Sought, embedder: Embedder | null): { read: Reading; text: string } {
  const words = wordsOfName(name)
  const sentence = firstSentence(description)
  if (words === '' || !embedder?.reads(words)) return { read: 'nothing', text: '' }
  if (!embedder.reads(sentence)) return { read: 'name', text: words }
  return { read: 'whole', text: sentence === '' ? words : `${words}: ${sentence}` }
}
