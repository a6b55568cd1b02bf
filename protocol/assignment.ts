import { z } from 'zod'
import { CapacityStatement, Needs, ResourceName } from './capacity.ts'
import { Address, AgentId, Amount, Bytes32, DomainId, Millis, Signature, SubtaskId, TaskId } from './ids.ts'
import { JsonValue } from './json.ts'
import { KeyAnswer, KeysAsked } from './key-release.ts'
import { Refusal } from './refusal.ts'
import { TaskOrder } from './task.ts'

/** What was known of a candidate when the choice was made. Absent in older logs. */
const standing = {
  /** Assignments that it held, and how many it takes at a time. */
  load: z.int().min(0).optional(),
  places: z.int().min(0).optional(),
  /** Free places that were kept for other work which waited. */
  kept: z.int().min(1).optional(),
  /** Why it is given no work for now where others can do it. */
  held: z.string().optional(),
  /** Words for and against it, then for and against its domain, as settled tasks said them, faded. */
  record: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  /** How long it takes for this skill, by its receipts. */
  tookMs: Millis.optional(),
  /** Of each resource that is needed: units in all, and units that were held. */
  units: z.record(ResourceName, z.tuple([z.int().min(0), z.int()])).optional(),
}

/** An agent that was chosen, and why: with the others' standing enough to choose again and get the same. */
export const Choice = z.object({
  agentId: AgentId,
  domainId: DomainId,
  wallet: Address,
  price: Amount,
  stake: Amount,
  ...standing,
  score: z.number(),
  reasons: z.array(z.string()),
  /** By its own word it has what the subtask needs; absent where it needs nothing. */
  capacity: CapacityStatement.optional(),
})
export type Choice = z.infer<typeof Choice>

/** An agent that was not. One whose stake does not deter it has no score. */
export const PassedOver = z.object({
  agentId: AgentId,
  domainId: DomainId,
  price: Amount.optional(),
  stake: Amount.optional(),
  ...standing,
  score: z.number().optional(),
  why: z.string(),
})
export type PassedOver = z.infer<typeof PassedOver>

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
    /** The releases that open what is sealed in `input`; absent where nothing is. */
    keys: z.array(KeyAnswer).optional(),
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
  /** Keys are wanted for an attempt of another. */
  z.object({
    kind: z.literal('release'),
    taskId: TaskId,
    subtaskId: SubtaskId,
    attempt: z.int().min(1),
    agentId: AgentId,
    asked: KeysAsked,
    /** Sequence in `EVIDENCE` of the leaf that has it. */
    leaf: z.int().min(1),
    /** That of the task: it shows what was sealed before the task had an id to be of the task. */
    order: z.object({ order: TaskOrder, signature: Signature }).optional(),
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
