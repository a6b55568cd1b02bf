import type { Command } from '../../../../coordinator/flow/command.ts'
import type { Answer } from '../../../../protocol/answer.ts'
import type { TaskEvent, TaskEventOf } from '../../../../protocol/events.ts'
import { haltsOf, type Plan } from '../../../../protocol/plan.ts'
import { NodeBelief } from './node-belief.ts'

export const approver = `0x${'11'.repeat(20)}`

/**
 * The model: what somebody believes of a task who reads the list of its events and knows nothing of the rules' own state.
 * What follows by rule it learns from the events; whether a command is in order it says for itself.
 */
export class Belief {
  submitted: TaskEventOf<'TaskSubmitted'> | null = null
  funded = false
  permitted = false
  plan: Plan | null = null
  /** How it ended. */
  ended: TaskEvent['type'] | null = null
  planHash: string | null = null
  /** Times that the plan was replaced. */
  replanned = 0
  /** Until when a model may answer; null when none is asked. */
  soughtUntilMs: number | null = null
  refused = false
  paused = false
  pauseSignedAtMs = 0
  computed = false
  batch: string | null = null
  settled = false
  proven = false
  readonly nodes = new Map<string, NodeBelief>()
  #isUndoPaid = false
  readonly #prices = new Map<string, string>()
  /** Signals that counted, each as its sender signed it. */
  readonly heard = new Set<string>()

  /** A response plan's task is one unless its spec says otherwise. */
  get isEmergency(): boolean {
    const usual = this.isByBatch ? 'normal' : 'emergency'
    return (this.submitted?.spec.policy.priority ?? usual) === 'emergency'
  }

  get isByBatch(): boolean {
    return this.submitted?.spec.policy.settlement === 'batch'
  }

  /** Whether a batch settles it: no line can say that somebody is paid for taking something back. */
  get isForBatch(): boolean {
    return this.isByBatch && !this.#isUndoPaid
  }

  read(event: TaskEvent): void {
    switch (event.type) {
      case 'TaskSubmitted':
        this.submitted = event
        return
      case 'TaskFunded':
      case 'BudgetCovered':
        this.funded = true
        return
      case 'TaskScreened':
        this.permitted = event.decision === 'permit'
        return
      case 'TaskPlanned':
        this.#plan(event, () => true)
        return
      case 'TaskReplanned':
        for (const { subtaskId } of event.dropped) this.nodes.get(subtaskId)!.giveUp()
        this.#plan(event, id => event.added.includes(id))
        this.replanned++
        this.soughtUntilMs = null
        return
      case 'ReplanSought':
        this.soughtUntilMs = event.deadlineMs
        return
      case 'ReplanRefused':
        this.soughtUntilMs = null
        this.refused = true
        return
      case 'TaskCompleted':
      case 'TaskFailed':
      case 'TaskCanceled':
      case 'TaskRejected':
        this.ended = event.type
        return
      case 'TaskPaused':
      case 'TaskResumed':
        this.paused = event.type === 'TaskPaused'
        this.pauseSignedAtMs = event.by.signedAtMs
        return
      case 'ContributionMeasured':
        return
      case 'SettlementComputed':
        this.computed = true
        return
      case 'TaskBatched':
        this.batch = event.batch
        return
      case 'BatchFell':
        this.batch = null
        return
      case 'TaskSettled':
        this.settled = true
        return
      case 'TaskProven':
        this.proven = true
        return
      case 'SubtaskExpanded':
        this.#expand(event)
        break
      case 'CompensationOpened':
        this.nodes.set(event.subtaskId, NodeBelief.ofUndo(this.nodes.get(event.compensates)!.work!, event))
        break
      case 'SignalReceived':
        this.heard.add(signalText(event))
    }
    const node = this.nodes.get(event.subtaskId)
    if (event.type === 'SubtaskAssigned') this.#prices.set(event.subtaskId, event.chosen[0]?.price ?? '0')
    if (event.type === 'SubtaskCompleted' && node?.isUndo) this.#isUndoPaid ||= this.#prices.get(node.id) !== '0'
    node?.read(event)
  }

  #plan({ plan, planHash }: TaskEventOf<'TaskPlanned' | 'TaskReplanned'>, isNew: (id: string) => boolean): void {
    this.plan = plan
    this.planHash = planHash
    for (const subtask of plan.subtasks) if (isNew(subtask.id)) this.nodes.set(subtask.id, NodeBelief.ofWork(subtask))
    for (const halt of haltsOf(plan)) if (isNew(halt.id)) this.nodes.set(halt.id, NodeBelief.ofHalt(halt))
  }

  #expand({ subtaskId, children }: TaskEventOf<'SubtaskExpanded'>): void {
    const { forEach: _, when: __, ...work } = this.nodes.get(subtaskId)!.work!
    for (const { subtaskId: id } of children) this.nodes.set(id, NodeBelief.ofWork({ ...work, id }, subtaskId))
  }

  /** Whether work on a node may be given out now. */
  mayBegin({ id, isUndo, isGrowing, phase, list, after }: NodeBelief): boolean {
    if (phase !== 'idle') return false
    if (this.ended) return isUndo
    if (this.paused || this.soughtUntilMs !== null || !after.every(before => this.nodes.get(before)!.isOver))
      return false
    if (isGrowing) return true
    if (list === null) return !this.nodes.get(id)!.isHalt
    const items = [...this.nodes.values()].filter(node => node.list === list)
    const places = this.nodes.get(list)!.work!.forEach!.concurrency - items.filter(({ isRunning }) => isRunning).length
    const first = items.filter(item => item.phase === 'idle' && !item.isGrowing).slice(0, Math.max(places, 0))
    return first.some(item => item.id === id)
  }

  /** Whether an answer is one that is awaited. */
  counts(agentId: string, answer: Answer): boolean {
    const { subtaskId } = placeOf(answer)
    const node = this.nodes.get(subtaskId)
    return node !== undefined && (this.ended === null || node.isUndo) && node.awaits(agentId, answer)
  }

  /** When time next matters. */
  nextDeadlineMs(): number | null {
    if (!this.submitted) return null
    const timed = [...this.nodes.values()].filter(({ isUndo }) => !this.ended || isUndo)
    const nextMs = Math.min(
      ...timed.map(node => node.deadlineMs()),
      this.ended ? Number.POSITIVE_INFINITY : this.submitted.deadlineMs,
      this.ended ? Number.POSITIVE_INFINITY : (this.soughtUntilMs ?? Number.POSITIVE_INFINITY),
    )
    return Number.isFinite(nextMs) ? nextMs : null
  }

  /** Open waits that this signal would end. */
  waitsFor({ atMs, signal, payload, by }: Extract<Command, { type: 'signal' }>): NodeBelief[] {
    const input = this.submitted!.input as { carrier: string }
    return [...this.nodes.values()].filter(node => {
      const { phase, wait } = node
      if (phase !== 'waiting' || atMs >= node.deadlineMs() || !wait || !('event' in wait) || wait.event !== signal)
        return false
      const mayBe = by.signer === approver || (wait.from !== undefined && by.signer === input.carrier)
      return mayBe && (wait.match === undefined || (payload as { ok: boolean }).ok)
    })
  }
}

export function signalText({ signal, payload, by }: Pick<TaskEventOf<'SignalReceived'>, 'signal' | 'payload' | 'by'>) {
  return JSON.stringify([signal, payload, by.signer, by.signedAtMs])
}

export function placeOf(answer: Answer) {
  return answer.kind === 'commit' ? answer.commit : answer.kind === 'result' ? answer.receipt : answer.failure
}
