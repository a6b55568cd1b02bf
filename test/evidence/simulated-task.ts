import { findSubtask } from '../../coordinator/flow/compensate.ts'
import { type Command, decide } from '../../coordinator/flow/decide.ts'
import { fold } from '../../coordinator/flow/evolve.ts'
import { nextDeadlineMs } from '../../coordinator/flow/expire.ts'
import { planFrom } from '../../coordinator/flow/plan.ts'
import { clearanceOf } from '../../coordinator/flow/policy/clear.ts'
import { screen } from '../../coordinator/flow/screen.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { authorizeByCedar } from '../../coordinator/policy/cedar.ts'
import type { Answer } from '../../protocol/answer.ts'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import { digestDocument, signDocument } from '../../protocol/documents.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { Template } from '../../protocol/plan.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { commitmentOf } from '../../protocol/receipt.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { simulatedPolicy } from './simulated-policy.ts'
import {
  agents,
  budget,
  domainOf,
  input,
  keyOf,
  orderIn,
  outputSchema,
  type Setting,
  simulated,
  spec,
  template,
  terms,
  walletOf,
} from './simulated-setting.ts'

/** What happens after the task is planned. */
export type Course = 'completed' | 'canceled' | 'undone' | 'policed'

/** A whole task, as the coordinator's rules take it: each command as its party would send it, signed with its key. */
export function simulateTask(course: Course, setting = simulated): { task: Task; events: TaskEvent[]; template: Json } {
  const run = new Run(setting, course === 'policed' ? simulatedPolicy() : null)
  run.open()
  if (course === 'canceled') run.cancel('the storm turned away')
  else if (course === 'undone') run.undo()
  else run.complete()
  return { task: run.task, events: run.events, template }
}

class Run {
  task: Task
  readonly events: TaskEvent[] = []
  readonly #setting: Setting
  readonly #domain: SigningDomain
  #nowMs: number

  readonly #policy: PolicySet | null

  constructor(setting: Setting, policy: PolicySet | null) {
    this.#setting = setting
    this.#policy = policy
    this.#domain = domainOf(setting)
    this.#nowMs = setting.startMs
    this.task = unknownTask(digestDocument(this.#domain, 'TaskOrder', orderIn(setting).order))
  }

  open(): void {
    const { order, signature } = orderIn(this.#setting)
    const requester = { address: order.requester, domainId: 'emergency' }
    const authority = { by: 'order' as const, order, signature }
    this.act({ type: 'submit', authority, requester, spec, input, budget, deadlineMs: order.deadline * 1000, terms })
    this.act({ type: 'recordFunding', ...this.#setting.funding })
    const policed = this.#policy && { set: this.#policy, authorize: authorizeByCedar, template: template.name }
    this.act({ type: 'screen', ...screen(this.task.submitted!, { domainActive: true }, this.#nowMs, policed) })
    const enough = { domains: 3, highestPrice: 2_000_000n, nearest: [] }
    const limits = { budget: BigInt(budget), feeBps: terms.feeBps, availableMs: 3_600_000 }
    const plan = planFrom(Template.parse(template), contentHash(template), () => enough, limits)
    this.act({ type: 'plan', plan, planHash: contentHash(plan) })
  }

  /** Beds are found and then the task is cancelled: the first to release them cannot, the second does, though late. */
  undo(): void {
    this.forecast()
    this.reply('harbour', { closed: true })
    this.assign('beds', ['13'])
    this.result('beds', '13', { beds: 412 })
    this.assign('respond', ['21'])
    this.cancel('the storm turned away')
    this.assign('undo-beds', ['12'])
    this.fail('undo-beds', '12', 'the registry of beds is closed')
    this.waitFor('undo-beds')
    this.starve()
    this.assign('undo-beds', ['13'])
    this.result('undo-beds', '13', { released: 412 })
  }

  /** Agent 8 says what no one else sees; agent 12 cannot do it, then 13 is silent, and then does it. */
  complete(): void {
    this.forecast()
    this.assign('beds', ['12'])
    this.fail('beds', '12', 'the registry of beds is closed')
    this.waitFor('beds')
    this.reply('harbour', { closed: true })
    this.assign('beds', ['13'])
    this.result('beds', '13', { beds: 412 })
    this.assign('respond', ['21'])
    this.result('respond', '21', { severity: 'Extreme' })
    this.approve('respond')
  }

  forecast(): void {
    this.assign('forecast', ['3', '5', '8'])
    const winds = { 3: 120, 5: 124, 8: 300 }
    const forecasts = Object.entries(winds).map(([agentId, windKt]) => ({
      agentId,
      output: { windKt, place: 'Buras' },
    }))
    for (const { agentId, output } of forecasts) this.commit('forecast', agentId, output)
    for (const { agentId, output } of forecasts) this.result('forecast', agentId, output)
  }

  /** Nobody is free until it is said that this takes too long. */
  starve(): void {
    this.#nowMs = nextDeadlineMs(this.task)!
    this.act({ type: 'passTime' })
  }

  /** Until another attempt may begin. */
  waitFor(subtaskId: string): void {
    this.#nowMs = this.task.subtasks.get(subtaskId)!.phaseDeadlineMs
    this.act({ type: 'passTime' })
  }

  /** Has the policy set decide, and its officer approve where it wants that. */
  clear(subtaskId: string, domains: string[]): void {
    this.act({ type: 'clear', ...clearanceOf(this.task, subtaskId, domains, this.#policy!, authorizeByCedar) })
    if (this.task.subtasks.get(subtaskId)!.phase === 'approving') this.approve(subtaskId, 'officer')
  }

  assign(subtaskId: string, chosen: string[]): void {
    if (this.#policy) this.clear(subtaskId, [...chosen.map(agentId => agents[agentId]!), 'weather-four'])
    this.act({
      type: 'assign',
      subtaskId,
      attempt: this.task.subtasks.get(subtaskId)!.attempts + 1,
      skill: findSubtask(this.task.plan, subtaskId)!.skill,
      outputSchema: subtaskId === 'forecast' ? outputSchema : {},
      chosen: chosen.map(agentId => ({
        agentId,
        domainId: agents[agentId]!,
        wallet: walletOf(`agent ${agentId}`),
        price: '2000000',
        stake: '100000000',
        score: 1,
        reasons: ['stake 100', 'price 2', 'load 0'],
      })),
      passedOver: [{ agentId: '40', domainId: 'weather-four', why: 'scored 0: stake 0, price 2, load 0' }],
    })
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

  approve(subtaskId: string, who = 'approver'): void {
    const { contentHash } = this.task.subtasks.get(subtaskId)!.approval!
    const signedAtMs = this.#nowMs
    const document = { taskId: this.task.taskId, subtaskId, contentHash, granted: true, atMs: signedAtMs }
    const signature = signDocument(this.#domain, 'Approval', document, keyOf(who))
    const by = { approver: walletOf(who), signedAtMs, signature }
    this.act({ type: 'answerApproval', subtaskId, contentHash, granted: true, by })
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

  cancel(reason: string): void {
    const signedAtMs = this.#nowMs
    const document = { taskId: this.task.taskId, reason, atMs: signedAtMs }
    const signature = signDocument(this.#domain, 'Cancellation', document, keyOf('requester'))
    this.act({ type: 'cancel', reason, by: { signer: walletOf('requester'), signedAtMs, signature } })
  }

  /** Each command comes 40 ms after the one before. */
  act(command: WithoutTime<Command>): void {
    const produced = decide(this.task, { ...command, atMs: this.#nowMs } as Command)
    if (produced.length === 0) throw new Error(`nothing came of ${command.type}`)
    this.events.push(...produced)
    this.task = fold(this.task, produced)
    this.#nowMs += 40
  }

  get #scope() {
    const { chainId, contractRegistry } = this.#setting.chain
    return { chainId, contract: contractRegistry }
  }

  #signAs(agentId: string, name: 'Commit' | 'Receipt' | 'Failure', document: object): Hex {
    return signDocument(this.#domain, name, document, keyOf(`agent ${agentId}`))
  }

  #place(subtaskId: string, agentId: string) {
    const { taskId, subtasks } = this.task
    return { taskId, subtaskId, attempt: subtasks.get(subtaskId)!.attempts, agentId }
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never

const saltOf = (agentId: string) => sha256(`test salt of agent ${agentId}`)
