import { z } from 'zod'
import { Bytes32, SubtaskId } from './ids.ts'

/** How long to wait before another attempt. */
export const Retry = z.object({
  /** Before the second attempt. */
  backoffMs: z.int().min(0).max(3_600_000),
  /** Each wait is so many times the one before. */
  factor: z.number().min(1).max(10),
  maxMs: z.int().min(0).max(86_400_000),
  /** Share of the wait that is left to a draw: with 0.5 it lasts from half of it to all of it. */
  jitter: z.number().min(0).max(1),
})
export type Retry = z.infer<typeof Retry>

const retryDefaults = z
  .object({
    backoffMs: Retry.shape.backoffMs.default(1_000),
    factor: Retry.shape.factor.default(2),
    maxMs: Retry.shape.maxMs.default(60_000),
    jitter: Retry.shape.jitter.default(0.5),
  })
  .prefault({})

/** Work that takes back what a completed subtask did, when the task fails or is cancelled after it. */
export const Compensation = z.object({
  skill: z.string().regex(/^[a-z][a-z0-9-]{0,62}@\d+$/),
  /** JMESPath over `{ input, output, outputs }`: the task's input, the output to take back, all outputs. */
  input: z.string(),
  /** Time for one attempt. */
  deadlineMs: z.int().min(50).max(600_000),
  attempts: z.int().min(1).max(20),
})

const compensationDefaults = Compensation.extend({
  input: z.string().default('output'),
  deadlineMs: Compensation.shape.deadlineMs.default(30_000),
  attempts: Compensation.shape.attempts.default(3),
})

/** One node of a plan. */
export const Subtask = z.object({
  id: SubtaskId,
  title: z.string(),
  /** `forecast-threat@1`: a skill and the major version asked for. */
  skill: z.string().regex(/^[a-z][a-z0-9-]{0,62}@\d+$/),
  /** Must be completed first; their outputs are `outputs.<id>` in `input`. */
  after: z.array(SubtaskId),
  /** JMESPath over `{ input, outputs }`, giving the skill's input. */
  input: z.string(),
  /** Agents asked, each of another domain; with more than one they commit before any reveals. */
  replicas: z.int().min(1).max(31),
  /** Replicas that must agree; a template that does not say means a majority. */
  quorum: z.int().min(1).max(31),
  /** Time for one attempt, and for the commit and reveal phases of one, each. */
  deadlineMs: z.int().min(50),
  /** Attempts in all. */
  attempts: z.int().min(1).max(20),
  /** Without it another attempt begins at once; a template that does not say means 1 s, doubled up to 60 s. */
  retry: Retry.optional(),
  /** Time for all attempts together, from the first assignment on: when it is over, the subtask has failed. */
  totalMs: z.int().min(50).optional(),
  /** How often an agent at work shows that it lives; twice as long without a sign, and another gets the attempt. */
  heartbeatMs: z.int().min(100).max(600_000).optional(),
  /** JMESPath over `{ output, input }`: true asks the approvers before the subtask counts as completed. */
  approval: z.object({ when: z.string(), reason: z.string(), deadlineMs: z.int().min(100) }).nullable(),
  compensate: Compensation.optional(),
  /** Share of the outcome's quality that this subtask stands for, relative to the others. */
  weight: z.int().min(0).max(1_000_000),
})
export type Subtask = z.infer<typeof Subtask>

const subtaskDefaults = Subtask.extend({
  title: z.string().default(''),
  after: z.array(SubtaskId).default([]),
  input: z.string().default('input'),
  replicas: Subtask.shape.replicas.default(1),
  quorum: Subtask.shape.quorum.optional(),
  deadlineMs: Subtask.shape.deadlineMs.default(30_000),
  attempts: Subtask.shape.attempts.default(2),
  retry: retryDefaults,
  approval: Subtask.shape.approval.default(null),
  compensate: compensationDefaults.optional(),
  weight: Subtask.shape.weight.default(1),
}).transform(({ quorum, ...subtask }) => ({ ...subtask, quorum: quorum ?? majorityOf(subtask.replicas) }))

/** The least that outvotes anybody. */
function majorityOf(replicas: number): number {
  return Math.floor(replicas / 2) + 1
}

/** A reusable plan: the file that people write. */
export const Template = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: z.string(),
  description: z.string().default(''),
  subtasks: z.array(subtaskDefaults).min(1).max(1000),
  /** JMESPath over `{ input, outputs }`, giving the task's output. */
  output: z.string().default('outputs'),
})
export type Template = z.infer<typeof Template>

/** What a coordinator runs: a template (or a model's proposal) that passed every check. */
export const Plan = z.object({
  template: z.object({ name: z.string(), version: z.string(), hash: Bytes32 }),
  subtasks: z.array(Subtask),
  output: z.string(),
})
export type Plan = z.infer<typeof Plan>
