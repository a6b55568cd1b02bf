import { z } from 'zod'
import { AgentId, Attempt, Bytes32, Millis, SubtaskId, TaskId } from './ids.ts'

/** Why an answer does not count, and is never paid. */
export const refusalReasons = {
  ATTEMPT_OVER: 'the attempt has ended, or another has taken its place',
  TOO_LATE: 'its deadline had passed, or its agent had fallen silent',
  NOT_ASSIGNED: 'the attempt was not given to this agent',
  ANSWERED_ALREADY: 'the agent has answered this attempt otherwise before',
  OUT_OF_TURN: 'a result before the reveal was open, or a commitment where none was asked for',
  RECEIPT_MISMATCH: 'it is not signed by the wallet that was asked, or not for the input and output that came with it',
  TOO_LARGE: "its output is larger than a task's log has room for",
} as const
export type RefusalReason = keyof typeof refusalReasons

/** The coordinator's word to an agent that its answer does not count (EIP-712 `Refusal`). */
export const Refusal = z.object({
  taskId: TaskId,
  subtaskId: SubtaskId,
  attempt: Attempt,
  agentId: AgentId,
  /** Content hash of the answer, as the protocol reads it. */
  answerHash: Bytes32,
  reason: z.enum(Object.keys(refusalReasons) as [RefusalReason, ...RefusalReason[]]),
  atMs: Millis,
})
export type Refusal = z.infer<typeof Refusal>
