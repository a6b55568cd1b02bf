import { z } from 'zod'
import { CapacityStatement, Needs } from './capacity.ts'
import { Address, AgentId, Amount, Bytes32, DomainId, Millis, Signature, SubtaskId, TaskId } from './ids.ts'
import { JsonValue } from './json.ts'
import { Refusal } from './refusal.ts'

/** Why an agent was chosen: enough to choose again and get the same. */
export const Choice = z.object({
  agentId: AgentId,
  domainId: DomainId,
  wallet: Address,
  price: Amount,
  stake: Amount,
  score: z.number(),
  reasons: z.array(z.string()),
  /** By its own word it has what the subtask needs; absent where it needs nothing. */
  capacity: CapacityStatement.optional(),
})
export type Choice = z.infer<typeof Choice>

export const PassedOver = z.object({ agentId: AgentId, domainId: DomainId, why: z.string() })

/** Work for one agent, as it lies in the agent's queue. */
export const WorkItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('execute'),
    taskId: TaskId,
    subtaskId: SubtaskId,
    attempt: z.int().min(1),
    agentId: AgentId,
    skill: z.string(),
    input: JsonValue,
    inputHash: Bytes32,
    /** With `commit` the result is committed first, and sent when a `reveal` item asks for it. */
    answer: z.enum(['result', 'commit']),
    deadlineMs: Millis,
    /** How often to show that the work is in hand (`ent.heartbeat.…`); absent when nobody listens. */
    heartbeatMs: z.int().positive().optional(),
    /** What the agent commits to it. */
    needs: Needs.optional(),
  }),
  z.object({
    kind: z.literal('reveal'),
    taskId: TaskId,
    subtaskId: SubtaskId,
    attempt: z.int().min(1),
    agentId: AgentId,
    deadlineMs: Millis,
  }),
  /** Nothing to do: an answer did not count. `signature` is the signer's over the refusal. */
  z.object({
    kind: z.literal('refusal'),
    agentId: AgentId,
    refusal: Refusal,
    signer: Address,
    signature: Signature,
  }),
  z.object({ kind: z.literal('cancel'), taskId: TaskId, subtaskId: SubtaskId, attempt: z.int(), agentId: AgentId }),
])
export type WorkItem = z.infer<typeof WorkItem>
