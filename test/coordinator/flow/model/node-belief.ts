import type { TaskEvent, TaskEventOf } from '../../../../protocol/events.ts'
import type { Halt, Subtask } from '../../../../protocol/plan.ts'
import { fitText, NodeState, never, type Phase } from './node-state.ts'

/** How a node of the plan comes to be what is believed of it: by its events. */
export class NodeBelief extends NodeState {
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
    node.begunAtMs = atMs
    return node
  }

  giveUp(): void {
    this.#enter('given up')
  }

  read(event: Extract<TaskEvent, { subtaskId: string }>): void {
    switch (event.type) {
      case 'SubtaskAssigned':
        this.#begin(event)
        return
      case 'FitDecided':
        this.fitTold = fitText(event)
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
        if (event.phase === 'excused' && !this.isGold) this.excused.add(Math.min(...this.asked.values()))
        // What is known is told, or given up.
        if (event.phase !== 'heartbeat') this.untilMs = this.isGold ? event.atMs + 30_000 : never
        return
      case 'RevealOpened':
        this.#enter('revealing', event.deadlineMs)
        this.givenMs = event.deadlineMs - event.atMs
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
    this.assignedAtMs = atMs
    this.givenMs = deadlineMs - atMs
    if (this.begunAtMs === never) this.begunAtMs = atMs
    if (this.isGrowing) this.added++
    else for (const said of [this.committed, this.answered, this.givenUp, this.revealed]) said.clear()
    this.isGrowing = false
  }

  #enter(phase: Phase, untilMs = never): void {
    this.phase = phase
    this.untilMs = untilMs
  }
}
