import type { GoldAnswers } from '../../protocol/gold.ts'
import type { Deeds } from '../flow/deeds.ts'

/** Of each skill, so many of the latest. */
const mostKept = 512
/** Of those that are of anybody asked, so many of the latest: each is written down with every choice. */
const mostTold = 40

/**
 * What agents said to gold, by skill: a fold of the last entries of settled tasks, in the order of the log, as track records
 * are (`track-records.ts`). So every coordinator knows the same, whenever it was started.
 */
export class GoldRecords {
  readonly #bySkill = new Map<string, GoldAnswers[]>()

  take({ gold = [] }: Deeds): void {
    for (const { skill, ...answers } of gold) {
      const known = this.#bySkill.get(skill) ?? []
      this.#bySkill.set(skill, [...known, answers].slice(-mostKept))
    }
  }

  /** What these said, the latest last. */
  of(skill: string, agentIds: readonly string[]): GoldAnswers[] {
    const own = (this.#bySkill.get(skill) ?? []).flatMap(({ answers, ...at }) => {
      const said = agentIds.flatMap(id => (id in answers ? [[id, answers[id]!] as const] : []))
      return said.length > 0 ? [{ ...at, answers: Object.fromEntries(said) }] : []
    })
    return own.slice(-mostTold)
  }
}
