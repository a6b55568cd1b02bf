import { z } from 'zod'
import { Ask } from './ask.ts'
import { ResourceName, Units } from './capacity.ts'
import { fallbackOf } from './fallback.ts'
import { GoldRule } from './gold.ts'
import { Bytes32, SubtaskId } from './ids.ts'
import { JsonValue } from './json.ts'

export const SkillReference = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}@\d+$/, 'a skill: its name, @, and the major version asked for')
export const Name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name: a-z, 0-9 and -, at most 63 characters')
export const Identifier = z.string().regex(/^[a-z][A-Za-z0-9_]{0,31}$/, 'a name for expressions: letters, digits and _')

/** One subtask for each item of a list. */
export const ForEach = z.strictObject({
  items: z.string().describe('JMESPath over { input, outputs, params }, giving the list'),
  as: Identifier.describe('what the item is called in `input`; `index` is its place, from 0'),
  concurrency: z.int().min(1).max(100).describe('items worked on at a time'),
  max: z.int().min(1).max(999).describe('items allowed: budget and time are reserved for as many'),
})
export type ForEach = z.infer<typeof ForEach>

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

/** Work that takes back what a completed subtask did, when the task fails or is cancelled after it. */
export const Compensation = z.object({
  skill: SkillReference,
  /** JMESPath over `{ input, output, outputs, params }`, `output` being what is to be taken back. */
  input: z.string(),
  /** Time for one attempt. */
  deadlineMs: z.int().min(50).max(600_000),
  attempts: z.int().min(1).max(20),
})

/** What an agent must commit to a subtask: units, or an expression that gives them; 0 or null of it means none. */
export const NeedsRule = z
  .record(ResourceName, z.union([Units, z.string().describe('JMESPath over { input, outputs, params }, giving units')]))
  .refine(needs => Object.keys(needs).length <= 8, 'at most 8 resources')

/** Where too few agree another agent is asked, one at a time. */
export const Growth = z.strictObject({
  most: z.int().min(1).max(31).describe('agents asked in all, those at the start included'),
  until: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('besides a quorum, the confidence of the verdict at which no more are asked'),
})
export type Growth = z.infer<typeof Growth>

/** A language model is asked which of the revealed answers stands, where the rules of the skill bring no agreement. */
export const JudgeRule = z.strictObject({
  criterion: z.string().min(1).max(1_000).describe('by what an answer is the better one, as the model is told it'),
  fields: z
    .array(z.string().regex(/^(\/[^/]+)+$/, 'a JSON pointer below the output, as /text'))
    .min(1)
    .max(20)
    .optional()
    .describe('what it may decide, as JSON pointers into the output; the whole answer, where none is named'),
  deadlineMs: z.int().min(50).max(600_000).describe('for the model to answer in'),
})
export type JudgeRule = z.infer<typeof JudgeRule>

/** One node of a plan. */
export const Subtask = z.object({
  id: SubtaskId,
  title: z.string(),
  /** `forecast-threat@1`: a skill and the major version asked for. */
  skill: SkillReference,
  /** Must be completed, or skipped, first; their outputs are `outputs.<id>` in `input`. */
  after: z.array(SubtaskId),
  /** JMESPath over `{ input, outputs, params }`, giving the skill's input. */
  input: z.string(),
  /** Agents asked, each of another domain; with more than one they commit before any reveals. */
  replicas: z.int().min(1).max(31),
  /** More of them, where these do not agree. Absent where their number is fixed. */
  grow: Growth.optional(),
  /** Attempts that may ask what is known already, at most; absent where none does. */
  gold: z.int().min(1).optional(),
  /** Replicas that must agree; a template that does not say means a majority. */
  quorum: z.int().min(1).max(31),
  /** Who chooses among answers that do not agree; absent where nobody does. */
  judge: JudgeRule.optional(),
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
  /** JMESPath over `{ output, input, outputs, params }`: true asks the approvers before the subtask counts as completed. */
  approval: z.object({ when: z.string(), reason: z.string(), deadlineMs: z.int().min(100) }).nullable(),
  compensate: Compensation.optional(),
  /** Share of the outcome's quality that this subtask stands for, relative to the others; with `forEach`, each item. */
  weight: z.int().min(0).max(1_000_000),
  /** JMESPath over `{ input, outputs, params }`: false skips the subtask. */
  when: z.string().optional(),
  forEach: ForEach.optional(),
  /** Units by resource that the agent commits; JMESPath over `{ input, outputs, params }`. One agent alone is asked then. */
  needs: NeedsRule.optional(),
  /** Until when what it needs stays committed: the end of the subtask, unless the task's is named. */
  hold: z.enum(['subtask', 'task']).optional(),
  /** What it does can be broken off: an emergency may take what it needs, where a policy set lets it. */
  preemptible: z.boolean().optional(),
})
export type Subtask = z.infer<typeof Subtask>

/** What a wait waits for: some time, a moment, or a signal that somebody sends. */
export const WaitRule = z.union([
  z.strictObject({ ms: z.int().min(1).describe('from when it could begin') }),
  z.strictObject({ until: z.string().describe('JMESPath over { input, outputs, params }, giving an ISO 8601 time') }),
  z.strictObject({
    event: Name.describe('the signal'),
    match: z
      .string()
      .optional()
      .describe('JMESPath over { payload, input, outputs, params }: only a payload for which it is true is taken'),
    from: z
      .string()
      .optional()
      .describe('JMESPath over { input, outputs, params }: addresses that may send it, beside requester and approvers'),
    payload: z
      .record(z.string(), JsonValue)
      .optional()
      .describe('JSON Schema 2020-12 of the payload: what it marks `class: restricted` comes sealed'),
    deadlineMs: z.int().min(100),
    onSilence: z.enum(['fail', 'continue']),
  }),
])
export type WaitRule = z.infer<typeof WaitRule>

/** A node at which nobody works: it ends by time or by a signal, whose payload is its output. */
export const Wait = z.object({
  id: SubtaskId,
  title: z.string(),
  after: z.array(SubtaskId),
  when: z.string().optional(),
  wait: WaitRule,
})
export type Wait = z.infer<typeof Wait>

const nodes = {
  subtasks: z.array(Subtask),
  waits: z.array(Wait).optional(),
  asks: z.array(Ask).optional(),
  output: z.string(),
}

/** What a coordinator runs: a template (or a model's proposal) that passed every check. */
export const Plan = z.object({
  template: z.object({ name: z.string(), version: z.string(), hash: Bytes32 }),
  /** The templates that were laid in, each once, by hash. */
  uses: z.array(z.object({ name: z.string(), version: z.string(), hash: Bytes32 })).optional(),
  /** The parameters in force: those that were given, and the defaults of the others. */
  params: z.record(z.string(), JsonValue).optional(),
  gold: GoldRule.optional(),
  ...nodes,
  /** What may yet replace the rest of it. */
  otherwise: z.array(fallbackOf(nodes)).optional(),
})
export type Plan = z.infer<typeof Plan>

/** A node at which nobody works: it waits, or asks a person. */
export type Halt = Wait | Ask

export function haltsOf({ waits = [], asks = [] }: Pick<Plan, 'waits' | 'asks'>): Halt[] {
  return [...waits, ...asks]
}
