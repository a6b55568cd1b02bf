import { z } from 'zod'
import { Address, Bytes32, Millis, Signature, SubtaskId, TaskId } from './ids.ts'
import { JsonValue, wellFormed } from './json.ts'
import { TaskOrder, TaskSpec } from './task.ts'

/** Requests that come from outside, by `ent.command.<name>` (NATS request and reply). */
export const SubmitTask = z.object({
  order: TaskOrder,
  signature: Signature,
  spec: TaskSpec,
  input: JsonValue,
})
export type SubmitTask = z.infer<typeof SubmitTask>

export const AnswerApproval = z.object({
  taskId: TaskId,
  subtaskId: SubtaskId,
  contentHash: Bytes32,
  granted: z.boolean(),
  atMs: Millis,
  approver: Address,
  signature: Signature,
})
export type AnswerApproval = z.infer<typeof AnswerApproval>

/** What stops a task, or lets it go on, is signed by its requester or an approver. */
const stopping = { taskId: TaskId, atMs: Millis, signer: Address, signature: Signature }
const reason = z
  .string()
  .min(1)
  .max(500)
  .refine(...wellFormed)

export const CancelTask = z.object({ ...stopping, reason })
export type CancelTask = z.infer<typeof CancelTask>

/** Gives out no new work of a task until it is resumed. */
export const PauseTask = z.object({ ...stopping, reason })
export type PauseTask = z.infer<typeof PauseTask>

export const ResumeTask = z.object(stopping)
export type ResumeTask = z.infer<typeof ResumeTask>

export const SignalTask = z.object({
  taskId: TaskId,
  /** As the template's wait names it. */
  signal: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  payload: JsonValue,
  atMs: Millis,
  signer: Address,
  signature: Signature,
})
export type SignalTask = z.infer<typeof SignalTask>

export const AnswerQuestion = z.object({
  taskId: TaskId,
  subtaskId: SubtaskId,
  /** Of what was shown. */
  contentHash: Bytes32,
  answer: JsonValue,
  atMs: Millis,
  signer: Address,
  signature: Signature,
})
export type AnswerQuestion = z.infer<typeof AnswerQuestion>

/** What every command is answered with: the outcome, or a catalogued error. */
export const Reply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: JsonValue }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    message: z.string(),
    /** How long to wait before another try, where that can be said. */
    retryAfterMs: z.number().min(0).optional(),
  }),
])
export type Reply = z.infer<typeof Reply>
