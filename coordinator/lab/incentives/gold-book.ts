import { none } from '../../flow/agree/ballots.ts'
import { colludersByGold } from '../../flow/agree/gold-faults.ts'
import { type Given, options } from './population.ts'

/** All that agents answered to gold, and who is shown by it to collude. */
export class GoldBook {
  readonly #votes: number[][]
  readonly #correct: number[] = []
  #seen = 0

  constructor(agents: number) {
    this.#votes = Array.from({ length: agents }, () => [])
  }

  add(given: readonly Given[], right: number): void {
    this.#correct.push(right)
    for (const votes of this.#votes) votes.push(none)
    for (const { actor, answer } of given) this.#votes[Number(actor.agentId)]![this.#correct.length - 1] = answer
  }

  /** Places of agents; none where there is no new gold since it was last asked. */
  colluders(): number[] {
    if (this.#seen === this.#correct.length) return []
    this.#seen = this.#correct.length
    const categories = new Int16Array(this.#correct.length)
    const ballots = { options, categories, votes: this.#votes.map(votes => Int16Array.from(votes)) }
    return colludersByGold(ballots, { questions: [...this.#correct.keys()], correct: this.#correct })
  }
}
