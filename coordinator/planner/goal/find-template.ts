import type { Json } from '../../../protocol/canonical.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Template } from '../../../protocol/template.ts'
import type { Embedder } from '../../../registry/retrieve/embedder.ts'
import { choiceFrom } from '../../../registry/retrieve/explanation.ts'
import { createRetriever } from '../../../registry/retrieve/retriever.ts'
import { termsOf } from '../../../registry/retrieve/words.ts'
import { withoutCommonWords } from './common-words.ts'

/** Ranks say which template is nearest; these say whether it is near at all. */
const LEAST_OVERLAP = 0.5
const LEAST_TERMS = 2
/** Of a phrase of the template, with so many terms of it: the goal may say much more. */
const LEAST_COVERED = 0.6
const LEAST_COVERED_TERMS = 3
const LEAST_COSINE = 0.65
/** Another template as near as this may be meant as well. */
const TOO_CLOSE = 0.97
const SHOWN = 3
const LISTED = 10

export interface KnownTemplate {
  /** As its author wrote it. */
  readonly value: Json
  readonly template: Template
}

/** How near a template is to a goal, and by which of its phrases. */
export interface Nearness {
  readonly name: string
  readonly phrase: string
  /** The retriever's, among these templates: from 0 to 1. */
  readonly score: number
  /** Share of terms that goal and phrase have in common (Dice), of the phrase's that the goal has, and how many these are. */
  readonly overlap: number
  readonly covered: number
  readonly terms: number
  /** Of the meanings; null where the model does not read the goal. */
  readonly cosine: number | null
}

export interface FoundTemplate {
  readonly known: KnownTemplate
  readonly nearness: Nearness
}

/**
 * The template that a goal asks for, by its title, description and `goals`.
 * @throws EntenteError GOAL_UNMATCHED with the nearest, EMBEDDING_FAILED
 */
export async function findTemplate(
  goal: string,
  templates: readonly KnownTemplate[],
  embedder: Embedder | null,
): Promise<FoundTemplate> {
  const [first, second] = await nearestTemplates(goal, templates, embedder)
  const near = [first, second].flatMap(found => (found ? [describe(found.nearness)] : []))
  if (!first || !isNear(first.nearness)) {
    const names = templates.slice(0, LISTED).map(({ template: { name, title } }) => `${name} ("${title}")`)
    const nearest = near.length > 0 ? `the nearest: ${near.join('; ')}` : `there are: ${names.join(', ') || 'none'}`
    throw new EntenteError('GOAL_UNMATCHED', `no template is for this goal; ${nearest}`)
  }
  if (second && isNear(second.nearness) && second.nearness.score > first.nearness.score * TOO_CLOSE) {
    throw new EntenteError('GOAL_UNMATCHED', `it may be either of two templates: ${near.join('; ')}`)
  }
  return first
}

async function nearestTemplates(goal: string, templates: readonly KnownTemplate[], embedder: Embedder | null) {
  const phrases = templates.flatMap(known => phrasesOf(known.template).map(phrase => ({ known, phrase })))
  const provider = { name: '', description: '' }
  const sought = phrases.map(({ phrase }, place) => ({ id: `${place}`, name: phrase, description: '', provider }))
  const text = withoutCommonWords(goal)
  const retriever = await createRetriever(sought, embedder)
  const explanation = retriever.explain({ ...(await retriever.read(goal)), text }, sought.length)
  const saidOf = new Map(explanation.candidates.map(candidate => [candidate.id, candidate]))
  const best = new Map<KnownTemplate, FoundTemplate>()
  for (const { id, score } of choiceFrom(explanation)) {
    const { known, phrase } = phrases[Number(id)]!
    if (best.has(known)) continue
    const { cosine } = saidOf.get(id)!
    const { name, version } = known.template
    best.set(known, {
      known,
      nearness: { name: `${name}@${version}`, phrase, score, cosine, ...inCommon(text, phrase) },
    })
  }
  return [...best.values()].slice(0, SHOWN)
}

function phrasesOf({ title, description, goals = [] }: Template): string[] {
  return [title, description, ...goals].filter(phrase => phrase !== '')
}

function inCommon(text: string, phrase: string): Pick<Nearness, 'overlap' | 'covered' | 'terms'> {
  const asked = new Set(termsOf(text))
  const said = new Set(termsOf(withoutCommonWords(phrase)))
  const terms = asked.intersection(said).size
  return { overlap: (2 * terms) / Math.max(1, asked.size + said.size), covered: terms / Math.max(1, said.size), terms }
}

function isNear({ overlap, covered, terms, cosine }: Nearness): boolean {
  const sayTheSame = terms >= LEAST_TERMS && overlap >= LEAST_OVERLAP
  const saysThatToo = terms >= LEAST_COVERED_TERMS && covered >= LEAST_COVERED
  return sayTheSame || saysThatToo || (cosine ?? 0) >= LEAST_COSINE
}

/** For people. */
export function describe({ name, phrase, overlap, covered, cosine }: Nearness): string {
  const meaning = cosine === null ? 'not read' : cosine.toFixed(2)
  const words = `words in common ${overlap.toFixed(2)}, of the phrase ${covered.toFixed(2)}, meaning ${meaning}`
  return `${name} ("${phrase}": ${words})`
}
