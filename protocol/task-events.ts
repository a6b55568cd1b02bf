import { z } from 'zod'
import { event, kept, Signed } from './event.ts'
import { Address, Amount, Bytes32, Millis, SubtaskId } from './ids.ts'
import { JsonValue } from './json.ts'
import { Plan } from './plan.ts'
import { PolicyReference } from './policy.ts'
import { Contribution, Settlement } from './settlement.ts'
import { MeasureCause } from './supervision.ts'
import { Authority, Requester, TaskSpec, Terms } from './task.ts'

/** What can have happened to a task as a whole. */
export const taskEvents = [
  event('TaskSubmitted', {
    authority: Authority,
    requester: Requester,
    spec: TaskSpec,
    input: JsonValue,
    budget: Amount,
    deadlineMs: Millis,
    terms: Terms,
    ...kept,
  }),
  event('TaskFunded', {
    txHash: Bytes32,
    blockNumber: z.int(),
    /** Of the block that reserved the budget: the seed of all draws. Absent in older logs. */
    blockHash: Bytes32.optional(),
  }),
  /**
   * Of a task that is settled by a batch: its requester's account in escrow has the budget, beside what other tasks may take
   * of it. Nothing is reserved.
   */
  event('BudgetCovered', {
    blockNumber: z.int(),
    /** Of the block as of which it was so: the seed of all draws. */
    blockHash: Bytes32,
  }),
  event('TaskScreened', {
    decision: z.enum(['permit', 'deny']),
    /** Without a hash: the base rules alone. */
    policy: PolicyReference.partial({ hash: true }),
    reasons: z.array(z.string()),
  }),
  event('TaskPlanned', {
    plan: Plan,
    planHash: Bytes32,
    /** Bytes of events that a message of the bus has room for: what follows from one command is one message. Absent in older logs. */
    messageBytes: z.int().min(1).optional(),
  }),
  /** The rest of the plan is another; what was done stays. */
  event('TaskReplanned', {
    oldPlanHash: Bytes32,
    plan: Plan,
    planHash: Bytes32,
    added: z.array(SubtaskId),
    /** What is given up: the attempt that was its last (0 where there was none), and what it was at. */
    dropped: z.array(z.object({ subtaskId: SubtaskId, attempt: z.int().min(0), phase: z.string() })),
    why: z.string(),
    /** A fallback of the template, or a model, by the record of what it was told and answered. */
    by: z.union([z.object({ fallback: SubtaskId }), z.object({ planning: Bytes32 })]),
  }),
  /** A model is to be asked for another plan; no new work is given out until it has answered, or its time is over. */
  event('ReplanSought', { planHash: Bytes32, failed: z.array(SubtaskId), why: z.string(), deadlineMs: Millis }),
  event('ReplanRefused', { planHash: Bytes32, reason: z.string() }),
  event('TaskCompleted', { output: JsonValue, outputHash: Bytes32 }),
  event('TaskFailed', { reason: z.string() }),
  event('TaskCanceled', {
    reason: z.string(),
    /** Who may: a person who signed, or the chain, where a quorum withdrew the alert that had opened the task. */
    by: z
      .union([Signed, z.object({ cancelHash: Bytes32, contract: Address, txHash: Bytes32, blockNumber: z.int() })])
      .nullable(),
  }),
  /** No new work is given out; what is under way goes on, and so does every deadline. */
  event('TaskPaused', {
    reason: z.string(),
    by: Signed,
    /** Where no person asked for it, and the consortium's supervision policy did. */
    cause: MeasureCause.optional(),
  }),
  event('TaskResumed', { by: Signed }),
  event('TaskRejected', { code: z.string(), reason: z.string() }),
  event('ContributionMeasured', { contribution: Contribution, contributionHash: Bytes32 }),
  event('SettlementComputed', { settlement: Settlement, settlementHash: Bytes32 }),
  /** A batch that says how it is settled was posted, and can be disputed. */
  event('TaskBatched', {
    /** Counted from 1 by the contract. */
    batch: Amount,
    /** SHA-256 of the published file with all lines of the batch. */
    data: Bytes32,
    /** Which of its task lines is this task's. */
    line: z.int().min(0),
    /** The message that posted it. */
    message: Bytes32,
    txHash: Bytes32,
    blockNumber: z.int(),
  }),
  /** The batch settles nothing: it was shown to be wrong, or stood on one that was. */
  event('BatchFell', { batch: Amount, how: z.enum(['condemned', 'orphaned']) }),
  /** By its own transaction, or by that which made its batch final. */
  event('TaskSettled', { txHash: Bytes32, blockNumber: z.int() }),
  event('TaskProven', { size: z.int(), root: Bytes32, txHash: Bytes32, blockNumber: z.int(), bundle: Bytes32 }),
] as const
