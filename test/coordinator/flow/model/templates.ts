import fc from 'fast-check'
import { type Offer, planFrom } from '../../../../coordinator/flow/plan.ts'
import { defaultTerms } from '../../../../coordinator/terms.ts'
import { contentHash, type Json } from '../../../../protocol/canonical.ts'
import { goldHash } from '../../../../protocol/gold.ts'
import type { Hex } from '../../../../protocol/hash.ts'
import type { Plan } from '../../../../protocol/plan.ts'
import type { Priority, ReplanPolicy } from '../../../../protocol/task.ts'
import { Template } from '../../../../protocol/template.ts'
import { questions } from './known-questions.ts'

/** What a task begins with: a template as its author wrote it, the plan that it gives, and what the order brings. */
export interface Setup {
  readonly template: Json
  readonly templateHash: Hex
  readonly plan: Plan
  readonly input: Json
  readonly budget: bigint
  readonly onSilence: 'grant' | 'deny'
  readonly replan: ReplanPolicy | undefined
  /** Absent: an emergency, as a response plan opens it. */
  readonly priority?: Priority | undefined
  /** Of messages of the bus; absent: they have room for everything. */
  readonly messageBytes: number | undefined
  /** `batch`: an order, and not a response plan, opens it, which is settled by a batch. */
  readonly settlement: 'batch' | undefined
  /** By which lots are drawn. */
  readonly blockHash: Hex
  /** Whether it is submitted, funded, screened and planned before the commands begin. */
  readonly planned: boolean
}

export const startMs = 1_000
export const taskMs = 120_000

const ids = ['a', 'b', 'c', 'd', 'e'] as const
const usually = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 })
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

export const carrier: Hex = `0x${'33'.repeat(20)}`
/** What a person may answer. */
export const answerSchema = {
  type: 'object',
  properties: { n: { type: 'integer', minimum: 0 } },
  required: ['n'],
  additionalProperties: false,
}

const mostly = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: usual }, { weight: 1, arbitrary: unusual })
/** What JSON cannot carry. */
const notANumber = fc.constant('input.n % input.zero')

const condition = mostly(fc.constantFrom('input.flag', 'input.n > `3`'), fc.constant('input.n'))

const work = fc.record({
  replicas: fc.constantFrom(1, 1, 2, 3),
  surplus: fc.nat(2),
  grow: sometimes(fc.record({ more: fc.nat(2), until: sometimes(fc.constantFrom(0.6, 0.9)) })),
  judge: sometimes(
    fc.record(
      { criterion: fc.constant('the nearest'), fields: fc.constant(['/n']), deadlineMs: fc.constantFrom(100, 600) },
      { requiredKeys: ['criterion', 'deadlineMs'] },
    ),
  ),
  attempts: fc.constantFrom(1, 2, 4, 4),
  deadlineMs: fc.constantFrom(100, 500, 1_000),
  retry: sometimes(
    fc.constantFrom({ backoffMs: 20 }, { backoffMs: 200, factor: 2, maxMs: 500, jitter: 0.5 }, { backoffMs: 0 }),
  ),
  totalMs: usually(fc.constantFrom(300, 3_000)),
  heartbeatMs: sometimes(fc.constant(100)),
  approval: sometimes(
    fc.record({
      when: fc.constantFrom('output.n > `5`', '`true`', 'length(output.n) > `0`'),
      reason: fc.constant('it is big'),
      deadlineMs: fc.constantFrom(100, 700),
    }),
  ),
  compensate: sometimes(
    fc.record({
      skill: fc.constant('undo@1'),
      input: mostly(fc.constantFrom('output', '{ was: output.n, flag: input.flag }'), fc.constant('abs(output)')),
      deadlineMs: fc.constantFrom(100, 300),
      attempts: fc.integer({ min: 1, max: 2 }),
    }),
  ),
  weight: fc.integer({ min: 0, max: 3 }),
  forEach: usually(
    fc.record({
      items: mostly(fc.constant('input.list'), fc.constant('input.n')),
      concurrency: fc.integer({ min: 1, max: 2 }),
      max: mostly(fc.constant(3), fc.constant(1)),
    }),
  ),
  capacity: sometimes(
    fc.record({
      needs: mostly(fc.constantFrom<Json>({ beds: 2 }, { beds: 'input.n' }), fc.constant({ beds: 'input.flag' })),
      hold: fc.constantFrom('subtask' as const, 'task' as const),
      preemptible: fc.constantFrom(true, true, false),
    }),
  ),
  input: mostly(fc.constantFrom('input', '{ n: input.n, of: outputs }', 'keys(input)'), notANumber),
})

const wait = fc.oneof(
  { weight: 1, arbitrary: fc.record({ ms: fc.constantFrom(50, 400) }) },
  {
    weight: 1,
    arbitrary: fc.record({ until: mostly(fc.constant('input.at'), fc.constant('input.n')) }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        event: fc.constantFrom('go', 'go', 'go', 'halt'),
        match: fc.constant('payload.ok'),
        from: fc.constant('input.carrier'),
        deadlineMs: fc.constantFrom(200, 5_000, 5_000),
        onSilence: fc.constantFrom('fail' as const, 'continue' as const),
      },
      { requiredKeys: ['event', 'deadlineMs', 'onSilence'] },
    ),
  },
)

const ask = fc
  .record(
    {
      question: fc.constantFrom<Json>('Shall it go on?', { expression: "join(': ', ['Go on', to_string(input.n)])" }),
      show: fc.constantFrom('input.list', 'outputs'),
      from: fc.constantFrom<Json>('input.carrier', [carrier]),
      deadlineMs: fc.constantFrom(200, 5_000),
      default: fc.constant({ n: 0 }),
    },
    { requiredKeys: ['question', 'deadlineMs'] },
  )
  .map(rest => ({ ...rest, answer: answerSchema }))

function nodeAt(place: number): fc.Arbitrary<Json> {
  const common = {
    after: fc.subarray(ids.slice(0, place), { maxLength: Math.min(place, 2) }),
    when: usually(condition),
  }
  const asWork = fc
    .record({ ...common, work })
    .map(({ work: { surplus, capacity, grow, replicas: start, judge, ...rest }, ...node }) => {
      const growth = grow && start > 1 ? { start, most: start + grow.more, until: grow.until } : null
      // Judges are asked where a quorum does not agree.
      const quorum = Math.max(1, (growth?.most ?? start) - (judge ? 0 : surplus))
      const more = start === 1 ? capacity : { judge }
      return { ...node, ...rest, replicas: growth ?? start, quorum, skill: 's@1', ...more }
    })
  const asWait = fc.record({ ...common, wait })
  const asAsk = fc.record({ ...common, ask })
  return fc
    .oneof({ weight: 6, arbitrary: asWork }, { weight: 2, arbitrary: asWait }, { weight: 1, arbitrary: asAsk })
    .map(node => JSON.parse(JSON.stringify({ id: ids[place], ...node })) as Json)
}

type Drawn = { readonly [field: string]: Json } & { readonly id: string; readonly after: readonly string[] }

/** A fallback in order: what it keeps and waits for is there for certain when it is taken up. */
function fallbackOf(
  nodes: readonly Drawn[],
  { bits, nodes: drawn }: { bits: number; nodes: readonly Json[] },
  place: number,
) {
  const has = (bit: number) => ((bits >> bit) & 1) === 1
  const preceding = (id: string): string[] =>
    nodes.find(node => node.id === id)!.after.flatMap(before => [before, ...preceding(before)])
  const { id } = nodes[bits % nodes.length]!
  const certain = new Set([...preceding(id), ...(has(4) ? [id] : [])])
  const keep: string[] = []
  for (const [at, node] of nodes.entries()) {
    const isThere = node.after.every(before => certain.has(before) || keep.includes(before))
    if (has(5 + at) && node.id !== id && !certain.has(node.id) && isThere) keep.push(node.id)
  }
  const there = [...certain, ...keep].filter((_, at) => has(10 + (at % 6)))
  const named = (drawn as unknown as readonly Drawn[]).slice(0, has(0) ? 2 : 1).map((node, at) => {
    const own = `f${place}${ids[at]}`
    return { ...node, id: own, after: at === 0 ? there : [`f${place}a`] }
  })
  const occasion = has(4) ? { after: [id], when: has(1) ? 'input.flag' : '`true`' } : { failed: [id] }
  return { id: `fallback-${place}`, ...occasion, keep, subtasks: named, output: 'outputs' }
}

const offer: Offer = { domains: 5, highestPrice: 0n, nearest: [] }

/** The plan of a template, as a coordinator with enough agents would make it. */
export function planOf(template: Json, input: Json): Plan {
  const limits = { budget: 1n, feeBps: defaultTerms.feeBps, availableMs: taskMs }
  return planFrom(Template.parse(template), contentHash(template), () => offer, limits, { input })
}

const input = fc.record({
  n: fc.integer({ min: 0, max: 9 }),
  flag: fc.boolean(),
  zero: fc.constant(0),
  list: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
  at: fc.constantFrom('1970-01-01T00:00:00.5Z', '1970-01-01T00:00:03Z'),
  carrier: fc.constant(carrier),
})

export const setups: fc.Arbitrary<Setup> = fc
  .record({
    nodes: fc.constantFrom(1, 2, 3, 4, 5, 5).chain(count => fc.tuple(...ids.slice(0, count).map((_, n) => nodeAt(n)))),
    fallbacks: sometimes(
      fc.array(fc.record({ bits: fc.nat(0xffff), nodes: fc.tuple(nodeAt(0), nodeAt(0)) }), {
        minLength: 1,
        maxLength: 2,
      }),
    ),
    replan: sometimes(
      fc.record({
        by: fc.constantFrom('template' as const, 'model' as const, 'model' as const),
        max: fc.constantFrom(0, 1, 2, 2),
      }),
    ),
    output: mostly(fc.constantFrom('outputs', '{ a: outputs.a }'), notANumber),
    input,
    budget: fc.constantFrom(...Array.from({ length: 9 }, () => 1_000_000n), 3_500n),
    onSilence: fc.constantFrom('grant' as const, 'deny' as const),
    priority: fc.constantFrom<Priority | undefined>('normal', 'low', undefined),
    settlement: sometimes(fc.constant('batch' as const)),
    // The smallest are hardly enough for anything.
    messageBytes: fc.constantFrom(...Array.from({ length: 20 }, () => undefined), 5_500, 6_000, 7_000, 9_000),
    blockHash: fc.constantFrom(...[1, 2, 3, 4, 5].map(block => contentHash(block))),
    gold: sometimes(fc.record({ rate: fc.constantFrom(0.3, 1), most: fc.constantFrom(1, 2) })),
    planned: fc.constantFrom(true, true, true, false),
  })
  .map(({ nodes, fallbacks, gold, output, input: given, ...rest }) => {
    const otherwise = (fallbacks ?? []).map((each, place) =>
      fallbackOf(nodes as unknown as readonly Drawn[], each, place),
    )
    const isAsked = nodes.some(node => (node as { skill?: string }).skill === 's@1')
    const known = { ...gold, questions: { 's@1': questions.map(goldHash) } }
    const more = { ...(otherwise.length > 0 ? { otherwise } : {}), ...(gold && isAsked ? { gold: known } : {}) }
    const template = { name: 'any', version: '1.0.0', title: 'Any', subtasks: nodes, ...more, output } as Json
    const input = JSON.parse(JSON.stringify(given)) as Json
    return { ...rest, template, templateHash: contentHash(template), plan: planOf(template, input), input }
  })
