import { settlesByBatch } from '../../coordinator/flow/by-batch.ts'
import type { Command } from '../../coordinator/flow/command.ts'
import { findSubtask } from '../../coordinator/flow/compensate.ts'
import { advance } from '../../coordinator/flow/decide.ts'
import { wantedFor } from '../../coordinator/flow/demand.ts'
import { nextDeadlineMs } from '../../coordinator/flow/expire.ts'
import { planFrom } from '../../coordinator/flow/plan.ts'
import { clearanceOf } from '../../coordinator/flow/policy/clear.ts'
import { preemptionOf } from '../../coordinator/flow/preempt.ts'
import { type Candidate, route } from '../../coordinator/flow/route.ts'
import { screen } from '../../coordinator/flow/screen.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { alertIdOf } from '../../protocol/alert.ts'
import type { Answer } from '../../protocol/answer.ts'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import { capacityDocument, type Needs } from '../../protocol/capacity.ts'
import { digestDocument, signDocument } from '../../protocol/documents.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { commitmentOf } from '../../protocol/receipt.ts'
import { reasonOfMeasure } from '../../protocol/supervision.ts'
import { Template } from '../../protocol/template.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { type Choose, questionIn, recordOf } from '../coordinator/flow/judge/record-of.ts'
import {
  agents,
  domainOf,
  keyOf,
  type Ordered,
  orderIn,
  type Setting,
  simulated,
  smallResponse,
  terms,
  walletOf,
} from './simulated-setting.ts'

export interface Circumstances {
  readonly ordered?: Ordered
  /** Between one command and the next. */
  readonly stepMs?: number
  /** The set that decides on every flow of data; null where none is in force. */
  readonly policy?: PolicySet | null
}

/** A task as its parties take it on: each command as its party would send it, signed with its key. */
export class SimulatedRun {
  task: Task
  readonly events: TaskEvent[] = []
  /** How a model was asked to judge, each time. */
  readonly judgings: Json[] = []
  readonly #setting: Setting
  readonly #ordered: Ordered
  readonly #policy: PolicySet | null
  readonly #domain: SigningDomain
  readonly #stepMs: number
  #nowMs: number

  constructor(
    setting: Setting = simulated,
    { ordered = smallResponse, stepMs = 40, policy = null }: Circumstances = {},
  ) {
    this.#setting = setting
    this.#policy = policy
    this.#ordered = ordered
    this.#stepMs = stepMs
    this.#domain = domainOf(setting)
    this.#nowMs = setting.startMs
    this.task = unknownTask(digestDocument(this.#domain, 'TaskOrder', orderIn(setting, ordered).order))
  }

  open(): void {
    const { spec, input, budget, template } = this.#ordered
    const { order, signature } = orderIn(this.#setting, this.#ordered)
    const requester = { address: order.requester, domainId: 'emergency' }
    const authority = { by: 'order' as const, order, signature }
    this.act({ type: 'submit', authority, requester, spec, input, budget, deadlineMs: order.deadline * 1000, terms })
    const { blockNumber, blockHash } = this.#setting.funding
    if (settlesByBatch(this.task.submitted!)) this.act({ type: 'recordCover', blockNumber, blockHash: blockHash! })
    else this.act({ type: 'recordFunding', ...this.#setting.funding })
    const parsed = Template.parse(template)
    const policed = this.#policy && { set: this.#policy, authorize: authorizeByCedar, template: parsed.name }
    this.act({ type: 'screen', ...screen(this.task.submitted!, { domainActive: true }, this.#nowMs, policed) })
    const enough = { domains: 3, highestPrice: 2_000_000n, nearest: [] }
    const limits = { budget: BigInt(budget), feeBps: terms.feeBps, availableMs: 3_600_000 }
    const plan = planFrom(parsed, contentHash(template), () => enough, limits)
    this.act({ type: 'plan', plan, planHash: contentHash(plan) })
  }

  /** Until another attempt may begin. */
  waitFor(subtaskId: string): void {
    this.#nowMs = this.task.subtasks.get(subtaskId)!.phaseDeadlineMs
    this.act({ type: 'passTime' })
  }

  /** Nothing happens until time itself matters. */
  passTime(): void {
    this.#nowMs = Math.max(this.#nowMs, nextDeadlineMs(this.task)!)
    this.act({ type: 'passTime' })
  }

  /** Has the policy set decide, and its officer approve where it wants that. */
  clear(subtaskId: string, domains: string[]): void {
    this.act({ type: 'clear', ...clearanceOf(this.task, subtaskId, domains, this.#policy!, authorizeByCedar) })
    if (this.task.subtasks.get(subtaskId)!.phase === 'approving') this.approve(subtaskId, true, 'officer')
  }

  assign(subtaskId: string, chosen: string[]): void {
    if (this.#policy) this.clear(subtaskId, [...chosen.map(agentId => agents[agentId]!), 'weather-four'])
    const subtask = findSubtask(this.task.plan, subtaskId)!
    const wanted = wantedFor(this.task, subtask)
    const { needs } = wanted
    const candidates = chosen.map(agentId => {
      const candidate = candidateOf(agentId, agents[agentId]!, 12.5)
      if (!needs) return candidate
      const held = Object.fromEntries(Object.keys(needs).map(resource => [resource, 0]))
      return { ...candidate, capacity: { stated: this.#capacityOf(agentId, needs), held } }
    })
    // Whoever failed it before is asked again only where there is nobody else.
    const other = chosen.some(agentId => wanted.failed.includes(agentId)) ? [] : [candidateOf('40', 'weather-four', 0)]
    const routing = route({ taskId: this.task.taskId, seed: this.task.seed, ...wanted }, [...candidates, ...other])!
    const { attempt, skill } = wanted
    const outputSchema = this.#ordered.outputSchemaOf(skill)
    this.act({ type: 'assign', subtaskId, attempt, skill, outputSchema, ...routing })
  }

  /** An emergency of the same requester takes what the attempt holds, as the policy set says. */
  preempt(subtaskId: string, emergency: Ordered): void {
    const { order, signature } = orderIn(this.#setting, emergency)
    const taskId = digestDocument(this.#domain, 'TaskOrder', order)
    const { attempts: attempt, assigned } = this.task.subtasks.get(subtaskId)!
    const { policy } = emergency.spec
    const authority = { by: 'order' as const, order, signature }
    const needs = assigned!.needs!
    const claim = { taskId, subtaskId: 'rescue', attempt: 1, needs, domainId: 'emergency', authority, policy }
    const at = { subtaskId, attempt }
    this.act({ type: 'preempt', ...preemptionOf(this.task, at, claim, this.#policy!, authorizeByCedar)! })
  }

  commit(subtaskId: string, agentId: string, output: Json): void {
    const commitment = commitmentOf(
      { ...this.#place(subtaskId, agentId), ...this.#scope, wallet: walletOf(`agent ${agentId}`) },
      contentHash(output),
      saltOf(agentId),
    )
    const commit = { ...this.#place(subtaskId, agentId), commitment }
    this.answer(agentId, { kind: 'commit', commit, signature: this.#signAs(agentId, 'Commit', commit) })
  }

  result(subtaskId: string, agentId: string, output: Json): void {
    const { inputHash, answer, atMs } = this.task.subtasks.get(subtaskId)!.assigned!
    const times = { startedAtMs: atMs + 5, finishedAtMs: this.#nowMs }
    const receipt = { ...this.#place(subtaskId, agentId), inputHash, outputHash: contentHash(output), ...times }
    const salt = answer === 'commit' ? saltOf(agentId) : null
    this.answer(agentId, {
      kind: 'result',
      output,
      receipt,
      signature: this.#signAs(agentId, 'Receipt', receipt),
      salt,
    })
  }

  fail(subtaskId: string, agentId: string, reason: string): void {
    const { inputHash } = this.task.subtasks.get(subtaskId)!.assigned!
    const failure = { ...this.#place(subtaskId, agentId), inputHash, reason, retry: true }
    this.answer(agentId, { kind: 'failure', failure, signature: this.#signAs(agentId, 'Failure', failure) })
  }

  answer(agentId: string, answer: Answer): void {
    this.act({ type: 'receive', agentId, answer })
  }

  /** The model that judges answers what it was asked. */
  judge(subtaskId: string, choose: Choose): void {
    const record = recordOf(questionIn(this.task, subtaskId), choose)
    const { attempts: attempt } = this.task.subtasks.get(subtaskId)!
    this.judgings.push(record as unknown as Json)
    this.act({ type: 'answerJudge', subtaskId, attempt, record })
  }

  approve(subtaskId: string, granted = true, who = 'approver'): void {
    const { contentHash } = this.task.subtasks.get(subtaskId)!.approval!
    const signedAtMs = this.#nowMs
    const document = { taskId: this.task.taskId, subtaskId, contentHash, granted, atMs: signedAtMs }
    const signature = signDocument(this.#domain, 'Approval', document, keyOf(who))
    const by = { approver: walletOf(who), signedAtMs, signature }
    this.act({ type: 'answerApproval', subtaskId, contentHash, granted, by })
  }

  /** A person answers a question. */
  reply(subtaskId: string, answer: Json): void {
    const { contentHash: shown } = this.task.subtasks.get(subtaskId)!.question!
    const signedAtMs = this.#nowMs
    const answered = { contentHash: shown, answerHash: contentHash(answer) }
    const document = { taskId: this.task.taskId, subtaskId, ...answered, atMs: signedAtMs }
    const signature = signDocument(this.#domain, 'QuestionAnswer', document, keyOf('harbour master'))
    const by = { signer: walletOf('harbour master'), signedAtMs, signature }
    this.act({ type: 'answerQuestion', subtaskId, contentHash: shown, answer, by })
  }

  signal(signal: string, payload: Json): void {
    const signedAtMs = this.#nowMs
    const document = { taskId: this.task.taskId, signal, payloadHash: contentHash(payload), atMs: signedAtMs }
    const signature = signDocument(this.#domain, 'Signal', document, keyOf('requester'))
    this.act({ type: 'signal', signal, payload, by: { signer: walletOf('requester'), signedAtMs, signature } })
  }

  /** No new work is given out, for as long as one command takes. */
  pauseAndResume(reason: string): void {
    const signer = walletOf('requester')
    const sign = (name: 'Pause' | 'Resumption', more: object) => {
      const document = { taskId: this.task.taskId, ...more, atMs: this.#nowMs }
      const signature = signDocument(this.#domain, name, document, keyOf('requester'))
      return { signer, signedAtMs: this.#nowMs, signature }
    }
    this.act({ type: 'pause', reason, by: sign('Pause', { reason }) })
    this.act({ type: 'resume', by: sign('Resumption', {}) })
  }

  /** The same, where the consortium pauses it for an alert. */
  pauseForAlert(who = 'log keeper'): void {
    const { taskId } = this.task
    const warning = { code: 'spending-too-fast', about: { taskId }, severity: 'warning' } as const
    const said = { cause: 'it costs too much', figures: { paceShare: 1.3 }, suggestion: 'look at it' }
    const alertId = alertIdOf(warning, this.#nowMs)
    const alert = { ...warning, ...said, alertId, raisedAtMs: this.#nowMs }
    const policy = { id: 'supervision', version: '1.0.0', hash: sha256('supervision') }
    const cause = { alert, policy, on: alert.code, do: 'pause-task' } as const
    const reason = reasonOfMeasure(cause)
    const signature = signDocument(this.#domain, 'Pause', { taskId, reason, atMs: this.#nowMs }, keyOf(who))
    this.act({ type: 'pause', reason, by: { signer: walletOf(who), signedAtMs: this.#nowMs, signature }, cause })
    const document = { taskId, atMs: this.#nowMs }
    const resumed = signDocument(this.#domain, 'Resumption', document, keyOf('requester'))
    this.act({ type: 'resume', by: { signer: walletOf('requester'), signedAtMs: this.#nowMs, signature: resumed } })
  }

  cancel(reason: string): void {
    const signedAtMs = this.#nowMs
    const document = { taskId: this.task.taskId, reason, atMs: signedAtMs }
    const signature = signDocument(this.#domain, 'Cancellation', document, keyOf('requester'))
    this.act({ type: 'cancel', reason, by: { signer: walletOf('requester'), signedAtMs, signature } })
  }

  act(command: WithoutTime<Command>): void {
    const { events, task } = advance(this.task, { ...command, atMs: this.#nowMs } as Command)
    if (events.length === 0) throw new Error(`nothing came of ${command.type}`)
    this.events.push(...events)
    this.task = task
    this.#nowMs += this.#stepMs
  }

  /** As much as it needs, and no more. */
  #capacityOf(agentId: string, needs: Needs) {
    const resources = Object.fromEntries(Object.entries(needs).map(([name, total]) => [name, { total, unit: 'one' }]))
    const { startMs } = this.#setting
    const stated = { agentId, resources, statedAtMs: startMs - 1_000, validUntilMs: startMs + 3_600_000 }
    return { ...stated, signature: this.#signAs(agentId, 'Capacity', capacityDocument(stated)) }
  }

  get #scope() {
    const { chainId, contractRegistry } = this.#setting.chain
    return { chainId, contract: contractRegistry }
  }

  #signAs(agentId: string, name: 'Commit' | 'Receipt' | 'Failure' | 'Capacity', document: object): Hex {
    return signDocument(this.#domain, name, document, keyOf(`agent ${agentId}`))
  }

  #place(subtaskId: string, agentId: string) {
    const { taskId, subtasks } = this.task
    return { taskId, subtaskId, attempt: subtasks.get(subtaskId)!.attempts, agentId }
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never

const saltOf = (agentId: string) => sha256(`test salt of agent ${agentId}`)

/** One that did well at so many of 80 tasks, and has two more at work. */
function candidateOf(agentId: string, domainId: string, good: number): Candidate {
  const tally = { good: 6 * good, bad: 80 - 6 * good }
  const known = { reputation: { own: tally, domain: tally }, tookMs: 450 }
  const wallet = walletOf(`agent ${agentId}`)
  return { agentId, domainId, wallet, price: '2000000', stake: '100000000', load: 2, places: 4, ...known }
}
