import { z } from 'zod'
import { type Ask, AskRule } from './ask.ts'
import { fallbackOf } from './fallback.ts'
import { GoldRule } from './gold.ts'
import { Bytes32, SubtaskId } from './ids.ts'
import { JsonValue } from './json.ts'
import { JsonSchema } from './json-schema.ts'
import {
  Compensation,
  ForEach,
  Growth,
  Identifier,
  JudgeRule,
  Name,
  NeedsRule,
  Retry,
  SkillReference,
  Subtask,
  type Wait,
  WaitRule,
} from './plan.ts'

const Version = z.string().regex(/^\d+\.\d+\.\d+$/, 'a version: three numbers, as 1.0.0')

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
    replicas: z
      .union([Subtask.shape.replicas, Growth.extend({ start: Subtask.shape.replicas })])
      .optional()
      .describe('agents asked, each of another domain (1); or how many at the start, and at most'),
    quorum: Subtask.shape.quorum.optional().describe('replicas that must agree (a majority, of the most)'),
    judge: JudgeRule.extend({ deadlineMs: JudgeRule.shape.deadlineMs.default(60_000) })
      .optional()
      .describe('a model chooses among revealed answers, where the rules bring no agreement'),
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
    const { id, title, after, input, when, parameters = {}, forEach } = node
    const asked = typeof node.replicas === 'object' ? node.replicas : { start: node.replicas ?? 1 }
    const { start: replicas, ...grow } = asked
    const common = { id, title, after }
    const condition = when === undefined ? {} : { when }
    if (wait) return { ...common, ...condition, wait }
    if (ask) return { ...common, ...condition, ask }
    if (plan) return { ...common, ...condition, plan, input, parameters }
    const {
      quorum = majorityOf('most' in grow ? grow.most : replicas),
      deadlineMs = 30_000,
      attempts = 2,
      approval = null,
      weight = 1,
    } = node
    const { retry = RetryRule.parse({}), totalMs, heartbeatMs, compensate, needs, hold, preemptible, judge } = node
    const work = { ...common, skill: skill!, input, replicas, quorum, deadlineMs, attempts, retry, approval, weight }
    const life = {
      ...('most' in grow ? { grow } : {}),
      ...(judge ? { judge } : {}),
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
  'judge',
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
  gold: GoldRule.optional().describe('questions with known answers, among the others'),
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
