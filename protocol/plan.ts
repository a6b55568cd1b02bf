import { z } from 'zod'
import { Ask, AskRule } from './ask.ts'
import { ResourceName, Units } from './capacity.ts'
import { fallbackOf } from './fallback.ts'
import { Bytes32, SubtaskId } from './ids.ts'
import { JsonValue } from './json.ts'

const JsonSchema = z.record(z.string(), JsonValue).describe('JSON Schema 2020-12')
const SkillReference = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}@\d+$/, 'a skill: its name, @, and the major version asked for')
const Name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name: a-z, 0-9 and -, at most 63 characters')
const Version = z.string().regex(/^\d+\.\d+\.\d+$/, 'a version: three numbers, as 1.0.0')
const Identifier = z.string().regex(/^[a-z][A-Za-z0-9_]{0,31}$/, 'a name for expressions: letters, digits and _')

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
const NeedsRule = z
  .record(ResourceName, z.union([Units, z.string().describe('JMESPath over { input, outputs, params }, giving units')]))
  .refine(needs => Object.keys(needs).length <= 8, 'at most 8 resources')

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

/** A node that stands for all of another template. */
export interface SubPlan {
  readonly id: string
  readonly title: string
  readonly after: readonly string[]
  readonly when?: string
  /** `name@version` as in `uses`, or a template's content hash. */
  readonly plan: string
  /** JMESPath over `{ input, outputs, params }`, giving the template's input. */
  readonly input: string
  readonly parameters: { readonly [name: string]: JsonOf }
}
type JsonOf = z.infer<typeof JsonValue>

const RetryRule = z.strictObject({
  backoffMs: Retry.shape.backoffMs.default(1_000).describe('before the second attempt'),
  factor: Retry.shape.factor.default(2).describe('each wait is so many times the one before'),
  maxMs: Retry.shape.maxMs.default(60_000).describe('no wait is longer'),
  jitter: Retry.shape.jitter.default(0.5).describe('share of the wait that is drawn by lot'),
})

const CompensationRule = z.strictObject({
  skill: SkillReference,
  input: z.string().default('output').describe('JMESPath over { input, output, outputs, params }'),
  deadlineMs: Compensation.shape.deadlineMs.default(30_000).describe('for one attempt'),
  attempts: Compensation.shape.attempts.default(3).describe('in all'),
})

/** A node as people write it: exactly one of `skill`, `wait`, `ask` and `plan` says of which kind it is. */
const Node = z
  .strictObject({
    id: SubtaskId,
    title: z.string().default(''),
    after: z.array(SubtaskId).default([]).describe('must be completed, or skipped, first'),
    when: z.string().optional().describe('JMESPath over { input, outputs, params }: false skips it'),
    skill: SkillReference.optional().describe('name@major: agents that offer it do the work'),
    wait: WaitRule.optional().describe('instead of a skill: wait'),
    ask: AskRule.optional().describe('instead of a skill: ask a person'),
    plan: z
      .string()
      .regex(/^([a-z][a-z0-9-]{0,62}@\d+\.\d+\.\d+|0x[0-9a-f]{64})$/, 'a template: name@version, or its hash')
      .optional()
      .describe('instead of a skill: another template, by name@version as in `uses`, or by hash'),
    input: z.string().default('input').describe('JMESPath over { input, outputs, params }'),
    parameters: z.record(z.string(), JsonValue).optional().describe('of the template that `plan` names'),
    replicas: Subtask.shape.replicas.optional().describe('agents asked, each of another domain (1)'),
    quorum: Subtask.shape.quorum.optional().describe('replicas that must agree (a majority)'),
    deadlineMs: Subtask.shape.deadlineMs.optional().describe('for one attempt (30000)'),
    attempts: Subtask.shape.attempts.optional().describe('in all (2)'),
    approval: z
      .strictObject({ when: z.string(), reason: z.string(), deadlineMs: z.int().min(100) })
      .nullable()
      .optional()
      .describe('when asks for a yes'),
    retry: RetryRule.optional().describe('how long to wait before another attempt'),
    totalMs: Subtask.shape.totalMs.describe('for all attempts together, from the first assignment on'),
    heartbeatMs: Subtask.shape.heartbeatMs.describe('how often an agent at work shows that it lives'),
    compensate: CompensationRule.optional().describe('work that takes it back when the task fails or is cancelled'),
    weight: Subtask.shape.weight.optional().describe('share of the outcome (1)'),
    needs: NeedsRule.optional().describe('units by resource that the agent commits to it'),
    hold: Subtask.shape.hold.describe('until when it stays committed: the end of the subtask (usual), or of the task'),
    preemptible: Subtask.shape.preemptible.describe('an emergency may have an attempt of it broken off, by policy'),
    forEach: ForEach.extend({ as: Identifier.default('item'), concurrency: ForEach.shape.concurrency.default(4) })
      .optional()
      .describe('one subtask for each item of a list'),
  })
  .check(({ value, issues }) => {
    for (const message of kindFaults(value)) issues.push({ code: 'custom', message, input: value, path: [] })
  })
  .transform(({ skill, wait, ask, plan, ...node }): Subtask | Wait | Ask | SubPlan => {
    const { id, title, after, input, when, parameters = {}, replicas = 1, forEach } = node
    const common = { id, title, after }
    const condition = when === undefined ? {} : { when }
    if (wait) return { ...common, ...condition, wait }
    if (ask) return { ...common, ...condition, ask }
    if (plan) return { ...common, ...condition, plan, input, parameters }
    const { quorum = majorityOf(replicas), deadlineMs = 30_000, attempts = 2, approval = null, weight = 1 } = node
    const { retry = RetryRule.parse({}), totalMs, heartbeatMs, compensate, needs, hold, preemptible } = node
    const work = { ...common, skill: skill!, input, replicas, quorum, deadlineMs, attempts, retry, approval, weight }
    const life = {
      ...(totalMs === undefined ? {} : { totalMs }),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
      ...(compensate ? { compensate } : {}),
      ...(needs ? { needs } : {}),
      ...(hold ? { hold } : {}),
      ...(preemptible ? { preemptible } : {}),
    }
    return { ...work, ...life, ...condition, ...(forEach ? { forEach } : {}) }
  })

const ofWork = [
  'replicas',
  'quorum',
  'deadlineMs',
  'attempts',
  'retry',
  'totalMs',
  'heartbeatMs',
  'approval',
  'compensate',
  'weight',
  'forEach',
  'needs',
  'hold',
  'preemptible',
] as const

/** What contradicts itself in a node. */
function kindFaults(node: { readonly [field: string]: unknown }): string[] {
  const kinds = (['skill', 'wait', 'ask', 'plan'] as const).filter(kind => node[kind] !== undefined)
  if (kinds.length !== 1) {
    return [`one of skill, wait, ask and plan is wanted, ${kinds.length === 0 ? 'there is none' : kinds.join(' and ')}`]
  }
  const surplus = [...(kinds[0] === 'skill' ? [] : ofWork), ...(kinds[0] === 'plan' ? [] : (['parameters'] as const))]
  return surplus.filter(field => node[field] !== undefined).map(field => `${field} means nothing beside ${kinds[0]}`)
}

/** The least that outvotes anybody. */
function majorityOf(replicas: number): number {
  return Math.floor(replicas / 2) + 1
}

/** A reusable plan: the file that people write. */
export const Template = z.strictObject({
  name: Name,
  version: Version,
  title: z.string(),
  description: z.string().default(''),
  goals: z
    .array(z.string().min(1).max(200))
    .max(30)
    .optional()
    .describe('what people say who want it, in any language: by these it is found for a goal'),
  /** What a task's input must look like. */
  inputSchema: JsonSchema.optional(),
  /** Given when a task is ordered, `params.<name>` in expressions; a JSON Schema each, `default` where it may be left out. */
  parameters: z.record(Identifier, JsonSchema).optional(),
  /** The templates that `plan` names by name and version: what stands here is what counts. */
  uses: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,62}@\d+\.\d+\.\d+$/, 'a template: name@version'), Bytes32)
    .optional(),
  subtasks: z.array(Node).min(1).max(1000),
  otherwise: z
    .array(fallbackOf({ subtasks: z.array(Node).max(1000).default([]), output: z.string().optional() }))
    .max(20)
    .optional()
    .describe('what replaces the rest of the plan, should it come to that: the first that applies, each once'),
  /** JMESPath over `{ input, outputs, params }`, giving the task's output. */
  output: z.string().default('outputs'),
})
export type Template = z.infer<typeof Template>

/** All that a template may come to, those of its fallbacks included. */
export function nodesOf({ subtasks, otherwise = [] }: Pick<Template, 'subtasks' | 'otherwise'>): Template['subtasks'] {
  return [...subtasks, ...otherwise.flatMap(fallback => fallback.subtasks)]
}

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
