import type { Answer } from '../../../../protocol/answer.ts'
import type { Ask } from '../../../../protocol/ask.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import type { TaskEventOf } from '../../../../protocol/events.ts'
import type { Subtask, Wait } from '../../../../protocol/plan.ts'

export type Phase =
  | 'idle'
  /** Another attempt may begin when its time has come. */
  | 'delayed'
  | 'committing'
  | 'answering'
  | 'revealing'
  | 'judging'
  | 'approving'
  /** For time, or for a signal. */
  | 'waiting'
  | 'asking'
  | 'listed'
  | 'done'
  | 'skipped'
  | 'failed'
  /** For another plan. */
  | 'given up'
  /** For a moment, between what ends an attempt and what follows from it. */
  | 'between'

export const never = Number.POSITIVE_INFINITY

/** What is believed of one node of the plan, and what follows from it. */
export class NodeState {
  readonly id: string
  readonly after: readonly string[]
  readonly work: Subtask | null
  readonly wait: Wait['wait'] | null
  readonly ask: Ask['ask'] | null
  readonly list: string | null
  readonly isUndo: boolean
  phase: Phase = 'idle'
  attempts = 0
  /** Attempts that were broken off. */
  preempted = 0
  /** Attempts of whose agents some were excused, with all that was added to one. */
  readonly excused = new Set<number>()
  needs = 0
  /** Attempts that added a replica, and whether one is to be added. */
  added = 0
  isGrowing = false
  /** Whom it was given to, and in which attempt: what others have added to is still open. */
  asked: ReadonlyMap<string, number> = new Map()
  inputHash = ''
  /** What an approval or an answer is to be about. */
  shown = ''
  /** Who does not take what it gives, as it was told last. */
  refusers: readonly string[] = []
  protected fitTold = ''
  /** It was said that it waits too long. */
  warned = false
  /** The open attempt asks what is known; and how many of such were told. */
  isGold = false
  goldTold = 0
  /** What a judge was asked, or is asked as gold, by its hash; and what each agent revealed. */
  question = ''
  readonly revealed = new Map<string, Json>()
  /** Whom it asks. */
  answerers: readonly string[] = []
  readonly committed = new Set<string>()
  readonly answered = new Set<string>()
  readonly givenUp = new Set<string>()
  protected untilMs = never
  /** For how long agents are asked. */
  givenMs = 0
  protected assignedAtMs = 0
  protected begunAtMs = never

  protected constructor(
    id: string,
    after: readonly string[],
    {
      work = null,
      wait = null,
      ask = null,
      list = null,
      isUndo = false,
    }: Partial<Pick<NodeState, 'work' | 'wait' | 'ask' | 'list' | 'isUndo'>>,
  ) {
    this.id = id
    this.after = after
    this.work = work
    this.wait = wait
    this.ask = ask
    this.list = list
    this.isUndo = isUndo
  }

  /** Nobody works at it. */
  get isHalt(): boolean {
    return this.work === null
  }

  get isOver(): boolean {
    return this.phase === 'done' || this.phase === 'skipped'
  }

  get isRunning(): boolean {
    return this.isGrowing || (!this.isOver && !['idle', 'delayed', 'given up'].includes(this.phase))
  }

  /** Whose word is awaited. */
  get awaited(): string[] {
    const { phase, asked, committed, answered, givenUp } = this
    const expected = phase === 'revealing' ? [...committed] : [...asked.keys()]
    if (!['committing', 'answering', 'revealing'].includes(phase)) return []
    const said = (agent: string) => answered.has(agent) || (phase === 'committing' && committed.has(agent))
    return expected.filter(agent => !said(agent) && !givenUp.has(agent))
  }

  /** All have answered who will what is known. */
  get isGoldAnswered(): boolean {
    const { phase, isGold, awaited, committed } = this
    if (!isGold || awaited.length > 0) return false
    return phase === 'revealing' || phase === 'answering' || (phase === 'committing' && committed.size === 0)
  }

  awaits(agentId: string, answer: Answer): boolean {
    const { phase, answered, givenUp, committed, asked } = this
    const { attempt } =
      answer.kind === 'commit' ? answer.commit : answer.kind === 'result' ? answer.receipt : answer.failure
    if (attempt !== asked.get(agentId) || answered.has(agentId) || givenUp.has(agentId)) return false
    if (answer.kind === 'commit') return phase === 'committing' && !committed.has(agentId)
    // Who has committed may still say, before it reveals, that it failed.
    if (answer.kind === 'failure') return phase === 'committing' || phase === 'answering' || phase === 'revealing'
    const isForIt = answer.receipt.inputHash === this.inputHash && answer.receipt.outputHash !== wrongHash
    return isForIt && (phase === 'answering' || (phase === 'revealing' && committed.has(agentId)))
  }

  /** Whether it says of those who offer the skill what was not said. */
  isNewFit(told: Told): boolean {
    return this.fitTold === '' ? told.unfit.length > 0 : this.fitTold !== fitText(told)
  }

  /** Somebody is at work on what its plan lets be broken off. */
  get mayBePreempted(): boolean {
    return (
      this.phase === 'answering' &&
      this.asked.size > 0 &&
      this.work?.preemptible === true &&
      this.needs > 0 &&
      !this.isUndo
    )
  }

  /** When all the time that it has is over, from its first assignment on. */
  endOfAllMs(): number {
    return this.begunAtMs === never ? never : this.begunAtMs + (this.work?.totalMs ?? never)
  }

  /** When time next matters to it. */
  deadlineMs(): number {
    const isIdle = this.phase === 'idle' || this.phase === 'delayed'
    return Math.min(this.untilMs, isIdle && !this.isGrowing ? this.endOfAllMs() : never)
  }

  /** Whether heartbeats of these agents may be said to have ceased. */
  mayMiss(agents: readonly string[], attempt: number, atMs: number): boolean {
    const beatMs = this.work?.heartbeatMs
    const isBeating = this.phase === 'committing' || this.phase === 'answering'
    if (!isBeating || beatMs === undefined || attempt !== this.attempts || atMs < this.assignedAtMs + 2 * beatMs)
      return false
    return this.awaited.some(agent => agents.includes(agent))
  }
}

export type Told = Pick<TaskEventOf<'FitDecided'>, 'unfit' | 'offered' | 'left'>

export function fitText({ unfit, offered, left }: Told): string {
  return JSON.stringify([unfit, offered, left])
}

/** What an answer says whose receipt is for another output than comes with it. */
export const wrongHash = `0x${'ff'.repeat(32)}`
