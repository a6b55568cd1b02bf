import type { Command } from '../../../coordinator/flow/command.ts'
import { decide } from '../../../coordinator/flow/decide.ts'
import { evolve } from '../../../coordinator/flow/evolve.ts'
import { attemptOf } from '../../../coordinator/flow/grow.ts'
import { type Task, unknownTask } from '../../../coordinator/flow/state.ts'
import { defaultTerms } from '../../../coordinator/terms.ts'
import type { Answer } from '../../../protocol/answer.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Plan } from '../../../protocol/plan.ts'

export const taskId: Hex = `0x${'ab'.repeat(32)}`
const address: Hex = `0x${'11'.repeat(20)}`
const signature: Hex = `0x${'22'.repeat(65)}`
const noHash: Hex = `0x${'00'.repeat(32)}`

/** A task and all that has happened to it: `given(...)` what came before, `when` a command, look at `events`. */
export class Drive {
  task: Task = unknownTask(taskId)
  readonly history: TaskEvent[] = []
  nowMs = 1_000

  /** Takes a command as a coordinator would; the events that it brought about. */
  when(command: Omit<Extract<Command, { type: 'passTime' }>, 'atMs'> | Record<string, unknown>): TaskEvent[] {
    const events = decide(this.task, { atMs: this.nowMs, ...command } as Command)
    for (const event of events) this.task = evolve(this.task, event)
    this.history.push(...events)
    return events
  }

  /** Submitted, funded, screened and planned. */
  planned(
    plan: Plan,
    {
      budget = 1_000_000n,
      input = {} as Json,
      domainId = null as string | null,
      policy: more = {} as object,
      seed = null as Hex | null,
      messageBytes = undefined as number | undefined,
    } = {},
  ): this {
    const policy = { approvers: [address], onSilence: 'deny' as const, ...more }
    const spec = { goal: 'a test', template: plan.template.hash, policy }
    const authority = { by: 'response-plan' as const, planId: noHash, alertHash: noHash, specHash: noHash }
    this.when({
      type: 'submit',
      authority: { ...authority, contract: address, txHash: noHash, blockNumber: 1 },
      requester: { address, domainId },
      spec,
      input,
      budget: `${budget}`,
      deadlineMs: 10_000_000,
      terms: defaultTerms,
    })
    this.when({ type: 'recordFunding', txHash: noHash, blockNumber: 1, ...(seed ? { blockHash: seed } : {}) })
    this.when({ type: 'screen', decision: 'permit', policy: { id: 'p', version: '1' }, reasons: [] })
    this.when({
      type: 'plan',
      plan,
      planHash: contentHash(plan),
      ...(messageBytes === undefined ? {} : { messageBytes }),
    })
    return this
  }

  /** Assigns the next attempt to agents named by number, each of another domain. */
  assign(subtaskId: string, agents: readonly string[], outputSchema: Json = {}): TaskEvent[] {
    const chosen = agents.map(agentId => ({
      agentId,
      domainId: `domain-${agentId}`,
      wallet: address,
      price: '1000',
      stake: '30000',
      score: 0,
      reasons: [],
    }))
    const attempt = this.task.subtasks.get(subtaskId)!.attempts + 1
    return this.when({ type: 'assign', subtaskId, attempt, skill: 's@1', outputSchema, chosen, passedOver: [] })
  }

  result(subtaskId: string, agentId: string, output: Json): TaskEvent[] {
    const { inputHash } = this.task.subtasks.get(subtaskId)!.assigned!
    const receipt = { ...this.#place(subtaskId, agentId), inputHash, outputHash: contentHash(output) }
    const times = { startedAtMs: this.nowMs, finishedAtMs: this.nowMs }
    return this.#receive(agentId, { kind: 'result', output, receipt: { ...receipt, ...times }, signature, salt: null })
  }

  commit(subtaskId: string, agentId: string): TaskEvent[] {
    const commit = { ...this.#place(subtaskId, agentId), commitment: noHash }
    return this.#receive(agentId, { kind: 'commit', commit, signature })
  }

  fail(subtaskId: string, agentId: string, retry: boolean): TaskEvent[] {
    const { inputHash } = this.task.subtasks.get(subtaskId)!.assigned!
    const failure = { ...this.#place(subtaskId, agentId), inputHash, reason: 'it broke', retry }
    return this.#receive(agentId, { kind: 'failure', failure, signature })
  }

  /** Lets time pass until `atMs`, and says so. */
  at(atMs: number): TaskEvent[] {
    this.nowMs = atMs
    return this.when({ type: 'passTime' })
  }

  approve(subtaskId: string, granted: boolean, hash?: Hex): TaskEvent[] {
    const contentHash = hash ?? this.task.subtasks.get(subtaskId)!.approval!.contentHash
    const by = { approver: address, signedAtMs: this.nowMs, signature }
    return this.when({ type: 'answerApproval', subtaskId, contentHash, granted, by })
  }

  #place(subtaskId: string, agentId: string) {
    return { taskId, subtaskId, attempt: attemptOf(this.task.subtasks.get(subtaskId)!, agentId), agentId }
  }

  #receive(agentId: string, answer: Answer): TaskEvent[] {
    return this.when({ type: 'receive', agentId, answer })
  }
}

export function planOf(subtasks: readonly (Partial<Plan['subtasks'][number]> & { id: string })[]): Plan {
  return {
    template: { name: 'test', version: '1.0.0', hash: noHash },
    output: 'outputs',
    subtasks: subtasks.map(subtask => ({
      title: '',
      skill: 's@1',
      after: [],
      input: 'input',
      replicas: 1,
      quorum: 1,
      deadlineMs: 1_000,
      attempts: 2,
      approval: null,
      weight: 1,
      ...subtask,
    })),
  }
}

export const typesOf = (events: readonly TaskEvent[]) => events.map(({ type }) => type)
