import type { SkillCard } from '../../../protocol/agent-card.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { skillReference } from '../../../registry/match.ts'
import type { Embedder } from '../../../registry/retrieve/embedder.ts'
import { inTurns } from '../../../registry/retrieve/in-turns.ts'
import { createRetriever } from '../../../registry/retrieve/retriever.ts'
import { oneLine } from '../../flow/as-data.ts'
import type { OfferOf } from '../../flow/check/offer.ts'
import { builtAs } from './built-as.ts'

const PER_STEP = 5
/** Several agents offer one skill: so many are looked at to find five different ones. */
const LOOKED_AT = 20
/** All that a model is shown of one skill, and of how many. */
const MOST_SHOWN = 40
const LONGEST_DESCRIPTION = 300

/** A skill on offer, and who offers it. */
export interface OfferedSkill extends SkillCard {
  readonly provider: { readonly name: string; readonly description: string }
}

/** The skills of which a plan may be made. */
export interface Vocabulary {
  /** Content hash of all of them. */
  readonly hash: Hex
  /** How many there are, by `name@major`. */
  readonly size: number
  readonly offerOf: OfferOf
  /**
   * Those that fit any of the steps, the best of each step first; all of them where they are few.
   * @throws EntenteError EMBEDDING_FAILED
   */
  find(steps: readonly string[]): Promise<string[]>
  /** What a model is told of one: bounded, and what its agents say of it on one line. */
  show(reference: string): Json
}

/**
 * @param offerOf what is offered for each, for the checks: domains, prices, schemas
 * @param embedder null: found by words alone
 */
export async function createVocabulary(
  skills: readonly OfferedSkill[],
  offerOf: OfferOf,
  embedder: Embedder | null,
): Promise<Vocabulary> {
  const byReference = Map.groupBy(skills, skillReference)
  const referenceOf = skills.map(skillReference)
  const sought = skills.map(({ name, description, provider }, place) => ({
    id: `${place}`,
    name,
    description,
    provider,
  }))
  // Where all are shown nothing is sought, and no embedder has to be loaded.
  const retriever = byReference.size > MOST_SHOWN ? await createRetriever(sought, embedder) : null
  return {
    hash: contentHash(skills.map(skill => contentHash(skill)).sort()),
    size: byReference.size,
    offerOf,
    async find(steps) {
      if (!retriever) return [...byReference.keys()].sort()
      const found = await Promise.all(steps.map(step => retriever.retrieve(step, LOOKED_AT)))
      const lists = found.map(ranked => [...new Set(ranked.map(({ id }) => referenceOf[Number(id)]!))])
      return inTurns(
        lists.map(list => list.slice(0, PER_STEP)),
        MOST_SHOWN,
      )
    },
    show(reference) {
      const [{ description, inputSchema, outputSchema }] = byReference.get(reference) as [OfferedSkill]
      const { domains, highestPrice } = offerOf(reference)
      return {
        skill: reference,
        description: oneLine(description, LONGEST_DESCRIPTION),
        domains,
        price: `${highestPrice}`,
        input: builtAs(inputSchema),
        output: builtAs(outputSchema),
      }
    },
  }
}

/** Whether all skills are shown, whatever the goal: then nobody needs to be asked for its steps. */
export const showsAll = ({ size }: Pick<Vocabulary, 'size'>) => size <= MOST_SHOWN
