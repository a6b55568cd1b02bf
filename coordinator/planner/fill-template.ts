import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Template } from '../../protocol/template.ts'
import { skillReference } from '../../registry/match.ts'
import type { Embedder } from '../../registry/retrieve/embedder.ts'
import { choiceFrom, type Explanation } from '../../registry/retrieve/explanation.ts'
import { createRetriever, type Retriever } from '../../registry/retrieve/retriever.ts'
import { type Fault, type Path, pathText } from '../flow/check/fault.ts'
import type { Library } from '../flow/check/laid.ts'
import type { OfferOf } from '../flow/check/offer.ts'
import { checkTemplate } from './check-template.ts'
import type { OfferedSkill } from './goal/vocabulary.ts'
import { faultsOfIssue } from './template-file.ts'

/** Several agents offer one skill: so many are looked at for each that is sought. */
const LOOKED_AT = 20
/** A skill that shares no word with what is sought, and whose meaning is not as near as this, has nothing to do with it. */
const LEAST_COSINE = 0.3

/** The skill that was found for a node, and why: `choiceFrom(explanation)` ranks the same again. */
export interface Found {
  readonly path: Path
  readonly words: string
  /** `name@major` */
  readonly skill: string
  readonly explanation: Explanation
  /** Better by its words, but the template would not be right with it. */
  readonly passedOver: readonly { readonly skill: string; readonly why: string }[]
}

export interface FillWith {
  readonly skills: readonly OfferedSkill[]
  readonly offerOf: OfferOf
  /** Null: found by words alone. */
  readonly embedder: Embedder | null
  readonly library?: Library
}

interface Place {
  readonly path: Path
  readonly words: string
  readonly explanation: Explanation
  /** By rank, each once. */
  readonly candidates: readonly string[]
}

/**
 * Names a skill for each node that says in words what it wants (`find`): of those on offer the one that fits the words best,
 * among those with which the fewest faults are left in the template, and of whose names no other node hangs.
 *
 * @throws EntenteError SKILL_UNKNOWN where nothing on offer has anything in common with the words, PLAN_INVALID and what
 *   `planFrom` throws where faults are left whatever is chosen, EMBEDDING_FAILED
 */
export async function fillTemplate(
  value: Json,
  { skills, offerOf, embedder, library }: FillWith,
): Promise<{ readonly template: Json; readonly found: Found[] }> {
  const sought = soughtIn(value)
  const retriever = await createRetriever(skills.map(asSought), embedder)
  const places = await Promise.all(sought.map(each => look(retriever, each)))
  const faultsOf = (chosen: readonly string[]) =>
    faultsIn(fill(value, places, chosen), { offerOf, ...(library ? { library } : {}) })
  const chosen = places.map(({ candidates }) => candidates[0]!)
  const passedOver = places.map(() => [] as Found['passedOver'][number][])
  for (const [at, { candidates }] of places.entries()) {
    const tried = candidates.map(skill => ({ skill, faults: faultsOf(chosen.with(at, skill)) }))
    const fewest = Math.min(...tried.map(({ faults }) => faults.length))
    const place = tried.findIndex(({ faults }) => faults.length === fewest)
    passedOver[at] = tried.slice(0, place).map(({ skill, faults }) => ({ skill, why: textOf(faults[0]!) }))
    chosen[at] = tried[place]!.skill
  }
  const faults = faultsOf(chosen)
  if (faults.length > 0) throw new EntenteError(faults[0]!.code, faults.map(textOf).join('; '))
  const found = places.map(({ path, words, explanation }, at) => {
    return { path, words, skill: chosen[at]!, explanation, passedOver: passedOver[at]! }
  })
  return { template: fill(value, places, chosen), found }
}

function asSought(skill: OfferedSkill, place: number) {
  const { name, description, provider } = skill
  return { id: `${skillReference(skill)}/${place}`, name, description, provider }
}

async function look(retriever: Retriever, { path, words }: Pick<Place, 'path' | 'words'>): Promise<Place> {
  const explanation = retriever.explain(await retriever.read(words), LOOKED_AT)
  const related = new Set(
    explanation.candidates.flatMap(({ id, bm25, cosine }) => (bm25 > 0 || (cosine ?? 0) >= LEAST_COSINE ? [id] : [])),
  )
  const ranked = choiceFrom(explanation).filter(({ id }) => related.has(id))
  const candidates = [...new Set(ranked.map(({ id }) => id.slice(0, id.lastIndexOf('/'))))]
  if (candidates.length > 0) return { path, words, explanation, candidates }
  throw new EntenteError('SKILL_UNKNOWN', `${pathText(path)}: nothing on offer fits “${words}”`)
}

/** Nodes of the template and of its fallbacks that say `find`. */
function soughtIn(value: Json): Pick<Place, 'path' | 'words'>[] {
  const { otherwise } = fieldsOf(value)
  const lists: Path[] = [['subtasks'], ...listOf(otherwise).map((_, at): Path => ['otherwise', at, 'subtasks'])]
  return lists.flatMap(path =>
    listOf(valueAt(value, path)).flatMap((node, at) => {
      const { find } = fieldsOf(node)
      return typeof find === 'string' ? [{ path: [...path, at], words: find }] : []
    }),
  )
}

function fill(value: Json, places: readonly Place[], chosen: readonly string[]): Json {
  const filled = structuredClone(value)
  for (const [at, { path }] of places.entries()) {
    const node = valueAt(filled, path) as { find?: string; skill?: string }
    delete node.find
    node.skill = chosen[at]!
  }
  return filled
}

function faultsIn(value: Json, against: { readonly offerOf: OfferOf; readonly library?: Library }): readonly Fault[] {
  const parsed = Template.safeParse(value)
  if (!parsed.success) return parsed.error.issues.flatMap(faultsOfIssue)
  return checkTemplate({ template: parsed.data, faults: [] }, against)
}

function textOf({ path, what }: Fault): string {
  return `${pathText(path)}: ${what}`
}

function fieldsOf(value: Json | undefined): { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [field: string]: Json })
    : {}
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function valueAt(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => {
    return typeof step === 'number' ? listOf(at)[step] : fieldsOf(at)[step]
  }, value)
}
