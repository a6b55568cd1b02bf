import { termsOf } from '../../../protocol/consortium.ts'
import { sha256 } from '../../../protocol/hash.ts'
import type { Fault } from '../../../protocol/settlement.ts'
import type { Terms } from '../../../protocol/task.ts'
import { wrongByGold } from '../../flow/agree/gold-faults.ts'
import { penaltyFor } from '../../flow/penalty.ts'
import { type Reputations, recordOf, reputationsAfter, type Word, wordsOf } from '../../flow/reputation.ts'
import type { Candidate } from '../../flow/route.ts'
import type { Task } from '../../flow/state.ts'
import { type Random, randomOf } from '../random.ts'
import { type Account, earningsIn, emptyAccount, rounded } from './accounts.ts'
import { GoldBook } from './gold-book.ts'
import { type Actor, answersOf, type Given, populationOf, questionOf } from './population.ts'
import { address, runTask, schema, skill } from './run-task.ts'
import type { Outcome, Scene } from './scene.ts'

const million = 1e6
const requesters = 8

interface Standing {
  penalties: number
  jailedUntil: number
}

/** Ten thousand tasks, say, one after the other, each by the rules that coordinators run; who earned what. */
export function simulate(scene: Scene): Outcome {
  const run = new Run(scene)
  for (let task = 0; task < scene.tasks; task++) run.next(task)
  return run.outcome()
}

class Run {
  readonly #scene: Scene
  readonly #terms: Terms
  readonly #random: Random
  readonly #actors: readonly Actor[]
  readonly #actorOf: ReadonlyMap<string, Actor>
  readonly #accounts = new Map<string, Account>()
  readonly #standings = new Map<string, Standing>()
  readonly #gold: GoldBook
  readonly #stake: string
  #reputations: Reputations = new Map()
  #words: Word[] = []
  #judged = 0
  #right = 0
  #liedTo = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.#terms = termsOf(scene.parameters)
    this.#random = randomOf(`incentives/${scene.seed}`)
    this.#actors = populationOf(scene.counts, scene.sybilAgents)
    this.#actorOf = new Map(this.#actors.map(actor => [actor.agentId, actor]))
    this.#gold = new GoldBook(this.#actors.length)
    this.#stake = `${Math.round(scene.stake * million)}`
    for (const { agentId, domainId, strategy } of this.#actors) {
      this.#accounts.set(domainId, emptyAccount(strategy))
      this.#standings.set(agentId, { penalties: 0, jailedUntil: 0 })
    }
  }

  next(number: number): void {
    const { quorum, replicas, behaviour, parameters, epoch, seed } = this.#scene
    const isGold = this.#random.next() < parameters['gold-bps'] / 10_000
    const question = questionOf(this.#random)
    let given: Given[] = []
    const wanted = { requester: `client-${number % requesters}`, terms: this.#terms, replicas, quorum }
    const taskId = sha256(`${seed}/${number}`)
    const task = runTask({ ...wanted, taskId }, this.#candidates(number), agentIds => {
      const asked = agentIds.map(agentId => this.#actorOf.get(agentId)!)
      given = answersOf(asked, quorum, question, behaviour, this.#random)
      for (const each of given) this.#worked(each)
      return given.map(({ answer }) => outputOf(answer))
    })
    this.#settle(task, number, given, isGold ? question.right : null)
    if (!isGold) this.#judge(task, given, question.right)
    if ((number + 1) % epoch === 0) this.#endEpoch(number)
  }

  outcome(): Outcome {
    const { tasks } = this.#scene
    return {
      ...earningsIn([...this.#accounts.values()], tasks),
      right: rounded(this.#right / this.#judged),
      liedTo: rounded(this.#liedTo / this.#judged),
    }
  }

  #candidates(number: number): Candidate[] {
    const price = `${Math.round(this.#scene.reward * million)}`
    return this.#actors
      .filter(({ agentId, domainId }) => {
        const { jailedUntil } = this.#standings.get(agentId)!
        return jailedUntil <= number && !this.#accounts.get(domainId)!.convicted
      })
      .map(({ agentId, domainId }) => {
        const reputation = recordOf(this.#reputations, skill, agentId, domainId)
        return { agentId, domainId, wallet: address, price, stake: this.#stake, load: 0, places: 1, reputation }
      })
  }

  #worked({ actor, effort, lied }: Given): void {
    const account = this.#accounts.get(actor.domainId)!
    if (lied || effort === 0) account.dishonest++
    account.assignments++
    account.effort += effort
  }

  /** Pays and fines as the settlement says; where the right answer is known, that says who was wrong. */
  #settle(task: Task, number: number, given: readonly Given[], known: number | null): void {
    const { payments, penalties } = task.settlement!.settlement
    for (const { agentId, amount } of payments) this.#accountOf(agentId).rewards += Number(amount) / million
    const words = wordsOf(task)
    if (known === null) {
      for (const { agentId, amount } of penalties) this.#fine(agentId, Number(amount) / million, number)
      this.#words.push(...words)
      return
    }
    const replicas = given.map(({ actor, answer }) => ({ agentId: actor.agentId, output: outputOf(answer) }))
    const wrong = wrongByGold(replicas, schema, outputOf(known))
    for (const agentId of wrong) this.#fine(agentId, this.#penalty('wrong'), number)
    this.#gold.add(given, known)
    const by = task.submitted!.requester.domainId
    this.#words.push(
      ...given.map(({ actor: { agentId, domainId } }) => {
        const good = !wrong.includes(agentId)
        return { agentId, domainId, skill, good, gold: true as const, by }
      }),
    )
  }

  #penalty(fault: Fault): number {
    return Number(penaltyFor(fault, this.#stake, this.#terms)) / million
  }

  #fine(agentId: string, amount: number, number: number): void {
    const { jailAfter, jailEpochs, epoch } = this.#scene
    this.#accountOf(agentId).penalties += amount
    const standing = this.#standings.get(agentId)!
    standing.penalties++
    if (jailAfter > 0 && standing.penalties % jailAfter === 0) standing.jailedUntil = number + jailEpochs * epoch
  }

  /** What a lie brings it brings when it becomes the result, and of gold nobody makes use. */
  #judge(task: Task, given: readonly Given[], right: number): void {
    this.#judged++
    const { answer } = (task.output ?? {}) as { answer?: string }
    if (answer === outputOf(right).answer) this.#right++
    const liars = given.filter(each => each.lied && outputOf(each.answer).answer === answer)
    if (liars.length > 0) this.#liedTo++
    const gain = (this.#scene.reward * this.#scene.parameters['lie-gain-bps']) / 10_000
    for (const { actor } of liars) this.#accounts.get(actor.domainId)!.lies += gain
  }

  #endEpoch(number: number): void {
    this.#reputations = reputationsAfter(this.#reputations, this.#words, this.#scene.parameters)
    this.#words = []
    for (const agent of this.#gold.colluders()) {
      const { agentId, domainId } = this.#actors[agent]!
      const account = this.#accounts.get(domainId)!
      if (account.convicted) continue
      // Governance suspends the domain: it takes no more work.
      account.convicted = true
      this.#fine(agentId, this.#penalty('collusion'), number)
    }
  }

  #accountOf(agentId: string): Account {
    return this.#accounts.get(this.#actorOf.get(agentId)!.domainId)!
  }
}

const outputOf = (answer: number) => ({ answer: String.fromCharCode(65 + answer) })
