import type { Answer } from '../../../../protocol/answer.ts'
import type { Ask } from '../../../../protocol/ask.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../../../protocol/events.ts'
import type { Halt, Subtask, Wait } from '../../../../protocol/plan.ts'

type Phase =
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

const never = Number.POSITIVE_INFINITY

/** What is believed of one node of the plan. */
export class NodeBelief {
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
  #fitTold = ''
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
  #untilMs = never
  #assignedAtMs = 0
  #begunAtMs = never

  private constructor(
    id: string,
    after: readonly string[],
    {
      work = null,
      wait = null,
      ask = null,
      list = null,
      isUndo = false,
    }: Partial<Pick<NodeBelief, 'work' | 'wait' | 'ask' | 'list' | 'isUndo'>>,
  ) {
    this.id = id
    this.after = after
    this.work = work
    this.wait = wait
    this.ask = ask
    this.list = list
    this.isUndo = isUndo
  }

  static ofWork(work: Subtask, list: string | null = null): NodeBelief {
    return new NodeBelief(work.id, work.after, { work, list })
  }

  static ofHalt(halt: Halt): NodeBelief {
    return new NodeBelief(halt.id, halt.after, 'wait' in halt ? { wait: halt.wait } : { ask: halt.ask })
  }

  static ofUndo({ compensate, retry }: Subtask, { subtaskId, atMs }: TaskEventOf<'CompensationOpened'>): NodeBelief {
    const { attempts, deadlineMs } = compensate!
    const totalMs = attempts * (deadlineMs + (retry?.maxMs ?? 0))
    const work = { ...compensate!, id: subtaskId, replicas: 1, quorum: 1, after: [], totalMs } as unknown as Subtask
    const node = new NodeBelief(subtaskId, [], { work, isUndo: true })
    node.#begunAtMs = atMs
    return node
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
    return this.#fitTold === '' ? told.unfit.length > 0 : this.#fitTold !== fitText(told)
  }

  giveUp(): void {
    this.#enter('given up')
  }

  /** It is at work on what its plan lets be broken off. */
  get mayBePreempted(): boolean {
    return this.phase === 'answering' && this.work?.preemptible === true && this.needs > 0 && !this.isUndo
  }

  /** When all the time that it has is over, from its first assignment on. */
  endOfAllMs(): number {
    return this.#begunAtMs === never ? never : this.#begunAtMs + (this.work?.totalMs ?? never)
  }

  /** When time next matters to it. */
  deadlineMs(): number {
    const isIdle = this.phase === 'idle' || this.phase === 'delayed'
    return Math.min(this.#untilMs, isIdle && !this.isGrowing ? this.endOfAllMs() : never)
  }

  /** Whether heartbeats of these agents may be said to have ceased. */
  mayMiss(agents: readonly string[], attempt: number, atMs: number): boolean {
    const beatMs = this.work?.heartbeatMs
    const isBeating = this.phase === 'committing' || this.phase === 'answering'
    if (!isBeating || beatMs === undefined || attempt !== this.attempts || atMs < this.#assignedAtMs + 2 * beatMs)
      return false
    return this.awaited.some(agent => agents.includes(agent))
  }

  read(event: Extract<TaskEvent, { subtaskId: string }>): void {
    switch (event.type) {
      case 'SubtaskAssigned':
        this.#begin(event)
        return
      case 'FitDecided':
        this.#fitTold = fitText(event)
        this.refusers = event.unfit.map(({ agentId }) => agentId)
        return
      case 'StarvationWarned':
        this.warned = true
        return
      case 'ResultCommitted':
        this.committed.add(event.agentId)
        return
      case 'ResultReceived':
        this.answered.add(event.agentId)
        if (event.answer.kind === 'result') this.revealed.set(event.agentId, event.answer.output)
        return
      case 'AttemptExpired':
        for (const agent of event.silent) this.givenUp.add(agent)
        // What is known is told, or given up.
        if (event.phase !== 'heartbeat') this.#untilMs = this.isGold ? event.atMs + 30_000 : never
        return
      case 'RevealOpened':
        this.#enter('revealing', event.deadlineMs)
        return
      case 'GoldOpened':
        this.goldTold++
        this.isGold = false
        this.#enter('idle')
        return
      case 'JudgeAsked':
        this.question = event.question
        this.#enter('judging', event.deadlineMs)
        return
      case 'JudgeAnswered':
      case 'JudgeGivenUp':
        this.#enter('between')
        return
      case 'ReplicaWanted':
        this.isGrowing = true
        this.#enter('idle', event.deadlineMs)
        return
      case 'ReplicasEnded':
        this.isGrowing = false
        this.warned = false
        this.attempts++
        this.added++
        this.#enter('between')
        return
      case 'SubtaskAgreed':
      case 'SubtaskGathered':
      case 'WaitElapsed':
      case 'SignalReceived':
      case 'QuestionAnswered':
        this.#enter('between')
        return
      case 'AttemptFailed':
        this.#enter(event.retryAtMs === undefined ? 'idle' : 'delayed', event.retryAtMs)
        return
      case 'AttemptPreempted':
        this.preempted++
        this.#enter('idle')
        return
      case 'RetryDue':
        this.#enter('idle')
        return
      case 'ApprovalRequested':
        this.shown = event.contentHash
        this.#enter('approving', event.deadlineMs)
        return
      case 'ApprovalAnswered':
        this.#enter(event.granted ? 'between' : 'failed')
        return
      case 'QuestionAsked':
        this.shown = event.contentHash
        this.answerers = event.from
        this.#enter('asking', event.deadlineMs)
        return
      case 'WaitBegun':
        this.#enter('waiting', event.deadlineMs)
        return
      case 'SubtaskSkipped':
        this.#enter('skipped')
        return
      case 'SubtaskExpanded':
        this.#enter('listed')
        return
      case 'SubtaskCompleted':
        this.#enter('done')
        return
      case 'SubtaskFailed':
        this.#enter('failed')
        return
    }
  }

  #begin({
    attempt,
    answer,
    chosen,
    inputHash,
    deadlineMs,
    atMs,
    needs = {},
    gold,
  }: TaskEventOf<'SubtaskAssigned'>): void {
    this.isGold = gold !== undefined && !gold.missing
    if (gold) this.question = gold.question
    this.#enter(answer === 'commit' ? 'committing' : 'answering', deadlineMs)
    this.attempts = attempt
    this.needs = needs.beds ?? 0
    this.warned = false
    this.asked = new Map([
      ...(this.isGrowing ? this.asked : []),
      ...chosen.map(({ agentId }) => [agentId, attempt] as const),
    ])
    this.inputHash = inputHash
    this.#assignedAtMs = atMs
    if (this.#begunAtMs === never) this.#begunAtMs = atMs
    if (this.isGrowing) this.added++
    else for (const said of [this.committed, this.answered, this.givenUp, this.revealed]) said.clear()
    this.isGrowing = false
  }

  #enter(phase: Phase, untilMs = never): void {
    this.phase = phase
    this.#untilMs = untilMs
  }
}

type Told = Pick<TaskEventOf<'FitDecided'>, 'unfit' | 'offered' | 'left'>

function fitText({ unfit, offered, left }: Told): string {
  return JSON.stringify([unfit, offered, left])
}

/** What an answer says whose receipt is for another output than comes with it. */
export const wrongHash = `0x${'ff'.repeat(32)}`
