import { z } from 'zod'
import { cardOf } from '../../../agents/sdk/card.ts'
import { agent, skill } from '../../../agents/sdk/define.ts'
import type { Demand, Wanted } from '../../../coordinator/flow/demand.ts'
import { Offers } from '../../../coordinator/room/offers.ts'
import { type Grant, Room } from '../../../coordinator/room/room.ts'
import type { Statements } from '../../../coordinator/room/statements.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import type { Resources } from '../../../protocol/capacity.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Directory, DirectoryAgent } from '../../../registry/directory.ts'
import { noFreezes } from '../../../registry/freezes.ts'

const wallet: Hex = `0x${'11'.repeat(20)}`

export interface Worker {
  readonly agentId: string
  readonly domainId?: string
  readonly skills?: readonly string[]
  readonly concurrency?: number
}

/** A directory in which these agents are active, each in a domain of its own unless it names one. */
export function directoryOf(workers: readonly Worker[]): Directory {
  const cards = new Map()
  const agents = new Map<string, DirectoryAgent>()
  for (const { agentId, domainId = `d-${agentId}`, skills = ['work'], concurrency } of workers) {
    const offered = skills.map(name =>
      skill({ name, version: '1.0.0', description: '', input: z.any(), output: z.any(), price: 1n, run: () => null }),
    )
    const many = concurrency === undefined ? {} : { concurrency }
    const card = cardOf(agent({ name: `agent ${agentId}`, description: '', skills: offered, ...many }))
    const cardHash = contentHash(card)
    cards.set(cardHash, card)
    const chain = { owner: wallet, wallet, uri: '', enrolledUnder: wallet, stake: 0n, unbonding: 0n }
    agents.set(agentId, { agentId, domainId, cardHash, active: true, ...chain })
  }
  return { domains: new Map(), agents, cards, freezes: noFreezes() }
}

/** What these agents have stated, by their own wallets. */
export function statementsOf(all: readonly (readonly [agentId: string, resources: Resources])[]): Statements {
  const stated = new Map(
    all.map(([agentId, resources]) => {
      const signature: Hex = `0x${'33'.repeat(65)}`
      const statement = { agentId, resources, statedAtMs: 1, validUntilMs: Number.MAX_SAFE_INTEGER, signature }
      return [agentId, { statement, signer: wallet }] as const
    }),
  )
  return { of: agentId => stated.get(agentId) }
}

export const taskIdOf = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`

/** A task of one subtask or more, as its stamps show it. */
export interface Job {
  readonly taskId: Hex
  readonly domainId: string
  readonly priority: Demand['priority']
  readonly submittedAtMs: number
  readonly wanted: Partial<Wanted>
}

type Of = Partial<Pick<Job, 'domainId' | 'priority'> & Wanted>

export function jobOf(number: number, { domainId = 'a', priority = 'normal', ...wanted }: Of = {}): Job {
  return { taskId: taskIdOf(number), domainId, priority, submittedAtMs: number, wanted }
}

/** A room, and the log that it reads: what it grants is given out at once, and what was given out can be ended. */
export class SimulatedRoom {
  readonly given: Job[] = []
  readonly running: { readonly job: Job; readonly agents: readonly string[] }[] = []
  readonly room: Room
  readonly #jobs = new Map<Hex, Job>()
  readonly #granted: Grant[] = []
  #nowMs = 1_000_000

  constructor(workers: readonly Worker[], weights: Readonly<Record<string, number>> = {}) {
    const directory = directoryOf(workers)
    const weightOf = (domainId: string) => weights[domainId] ?? 1
    this.room = new Room({
      offers: new Offers(() => directory),
      records: new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }]),
      weightOf,
      onGrant: grant => void this.#granted.push(grant),
    })
    this.room.open()
  }

  wait(job: Job): void {
    this.#jobs.set(job.taskId, job)
    this.#heed(job, { waiting: [{ ...usualWork, ...job.wanted }] })
    this.#giveOut()
  }

  warn(job: Job, dueMs: number): void {
    this.#heed(job, { waiting: [{ ...{ ...usualWork, ...job.wanted }, starving: { dueMs } }] })
  }

  /** It waits no more, and was not given out. */
  withdraw(job: Job): void {
    this.#heed(job, { isOpen: false })
    this.#giveOut()
  }

  /** Ends one that runs, the oldest unless another is named. */
  end(index = 0): Job | undefined {
    const [ended] = this.running.splice(index, 1)
    if (!ended) return undefined
    this.#heed(ended.job, { isOpen: false })
    this.#giveOut()
    return ended.job
  }

  /** Ends what runs, the oldest first, until nothing does. */
  drain(): void {
    while (this.running.length > 0) this.end()
  }

  loadOf(agentId: string): number {
    return this.running.filter(({ agents }) => agents.includes(agentId)).length
  }

  runningOf(domainId: string): number {
    return this.running.filter(({ job }) => job.domainId === domainId).length
  }

  #giveOut(): void {
    for (let grant = this.#granted.shift(); grant; grant = this.#granted.shift()) {
      const job = this.#jobs.get(grant.waiting.taskId)!
      const agents = grant.routing.chosen.map(({ agentId }) => agentId)
      this.given.push(job)
      this.running.push({ job, agents })
      const holding = Object.fromEntries(agents.map(agentId => [agentId, 1]))
      this.#heed(job, { holding, givenAtMs: ++this.#nowMs })
    }
  }

  #heed({ taskId, domainId, priority, submittedAtMs }: Job, demand: Partial<Demand>): void {
    const nothing = { isOpen: true, givenAtMs: 0, seed: null, holding: {}, waiting: [] }
    this.room.heed(taskId, 'writer', { domainId, priority, submittedAtMs, ...nothing, ...demand }, 1)
  }
}

/** A subtask that waits for its first agent. */
export const usualWork: Wanted = {
  subtaskId: 's',
  attempt: 1,
  skill: 'work@1',
  replicas: 1,
  failed: [],
  deadlineMs: 1_000,
  starving: null,
}
