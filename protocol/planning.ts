import { z } from 'zod'
import { Bytes32 } from './ids.ts'
import { JsonValue } from './json.ts'

/** One message of a talk with a model, in full: what it was told, or what it answered. */
export const TalkMessage = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })
export type TalkMessage = z.infer<typeof TalkMessage>

const asked = {
  model: z.strictObject({ name: z.string(), endpoint: z.string().nullable() }),
  /** Content hash of all skills that were on offer. */
  vocabulary: Bytes32,
  /** Those that were shown to the model: `name@major`. An answer can name no others. */
  offered: z.array(z.string()),
  tokens: z.strictObject({ input: z.int().min(0), output: z.int().min(0) }),
}

/**
 * How a template came out of a goal: what a model was told, what it answered, and what was said against its answers. It is
 * an artifact; a task's specification may carry its content hash, which the order signs along with all else.
 */
export const PlanningRecord = z.strictObject({
  format: z.literal('entente.planning/1'),
  goal: z.string().min(1).max(2000),
  /** What the task's input must look like; the model saw it, and the template has it. */
  inputSchema: z.record(z.string(), JsonValue).optional(),
  ...asked,
  /** About the steps of the goal, where they were asked for, and about the plan. The last answer of the last talk counts. */
  talks: z.array(z.strictObject({ about: z.enum(['steps', 'plan']), messages: z.array(TalkMessage) })).min(1),
  /** Content hash of the template that the last answer amounts to. */
  template: Bytes32,
})
export type PlanningRecord = z.infer<typeof PlanningRecord>

/**
 * How the rest of a plan came to be another: what a model was told of what is done, what failed and why, and what it answered.
 * An artifact, whose content hash the event names that replaces the rest.
 */
export const ReplanningRecord = z.strictObject({
  format: z.literal('entente.replanning/1'),
  goal: z.string().min(1).max(2000),
  /** Of the plan whose rest is replaced. */
  planHash: Bytes32,
  ...asked,
  talks: z.array(z.strictObject({ about: z.literal('rest'), messages: z.array(TalkMessage) })).min(1),
})
export type ReplanningRecord = z.infer<typeof ReplanningRecord>

/** More than a goal comes down to; a plan of more is a mistake, or a way to spend a budget. */
export const maxProposed = 40

/** What a model answers: a plan of work alone, or that it cannot. It asks nobody, waits for nobody, brings in no template. */
export const PlanProposal = z.union([
  z.strictObject({ cannot: z.string().min(1) }),
  z.strictObject({
    title: z.string().min(1).max(200),
    subtasks: z.array(z.record(z.string(), JsonValue)).min(1).max(maxProposed),
    output: z.string().optional(),
  }),
])
export type PlanProposal = z.infer<typeof PlanProposal>

/** What a model answers that is asked for another rest of a plan. */
export const RestProposal = z.union([
  z.strictObject({ cannot: z.string().min(1) }),
  z.strictObject({
    /** Of the plan so far, what is to go on; what the new subtasks wait for goes on without being named. */
    keep: z.array(z.string()).max(1000).optional(),
    subtasks: z.array(z.record(z.string(), JsonValue)).min(1).max(maxProposed),
    output: z.string().optional(),
  }),
])
export type RestProposal = z.infer<typeof RestProposal>
