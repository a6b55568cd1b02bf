import { expect, it } from 'vitest'
import { planFrom } from '../../../../coordinator/flow/plan.ts'
import { parseTemplate } from '../../../../coordinator/planner/read-template.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import { givenSeal } from '../seal/given-seals.ts'

const restricted = { type: 'string', class: 'restricted' }
const patients = {
  type: 'array',
  items: { type: 'object', properties: { name: restricted, bed: { type: 'integer' } } },
}
const outputSchema = { type: 'object', properties: { patients, late: { type: 'boolean' }, doctor: restricted } }
const offer = { domains: 3, highestPrice: 1n, nearest: [] }
const limits = { budget: 1_000_000n, feeBps: 0, availableMs: 10_000_000 }

/** What is wrong with a plan in which `see` seals, and something else is done with what it gave. */
function wrong(
  next: object,
  { output = 'outputs', see = {}, schema = outputSchema as Json, more = {} as object } = {},
): string {
  const subtasks = [
    { id: 'see', skill: 'see@1', ...see },
    { id: 'next', skill: 'use@1', after: ['see'], input: 'outputs.see.doctor', ...next },
  ]
  const template = parseTemplate({ name: 'test', version: '1.0.0', title: 'A test', subtasks, output, ...more })
  const offerOf = (skill: string) => (skill === 'see@1' ? { ...offer, outputSchemas: [schema as object] } : offer)
  try {
    const parameters = template.parameters?.code ? { code: givenSeal() } : {}
    planFrom(template, `0x${'11'.repeat(32)}`, offerOf as never, limits, { parameters })
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

it.each([
  ['a sealed value', { input: '{ name: outputs.see.doctor }' }],
  ['what holds sealed values', { input: 'outputs.see' }],
  ['each of a list', { input: '{ names: outputs.see.patients[].name }' }],
  ['an item of a list', { input: 'patient.name', forEach: { items: 'outputs.see.patients', as: 'patient', max: 5 } }],
  ['what stands beside it, also in a condition', { when: 'outputs.see.late' }],
])('hands on %s', (_, next) => {
  expect(wrong(next)).toBe('')
})

it.each([
  [
    'a condition',
    { when: "outputs.see.doctor == 'Ann'" },
    "subtasks[1].when: `outputs.see.doctor == 'Ann'` looks into outputs.see.doctor",
  ],
  ['a field below', { input: 'outputs.see.doctor.name' }, 'subtasks[1].input: `outputs.see.doctor.name` looks into'],
  ['a function', { input: "join(' ', outputs.see.patients[].name)" }, 'looks into outputs.see.patients.name'],
  ['a filter', { input: "outputs.see.patients[?name == 'Ann']" }, 'looks into outputs.see.patients.name'],
  ['a choice', { input: "outputs.see.doctor || 'nobody'" }, 'looks into outputs.see.doctor'],
  [
    'an approval',
    { approval: { when: "output == 'x' || outputs.see.doctor == 'x'", reason: 'r', deadlineMs: 100 } },
    'subtasks[1].approval',
  ],
  [
    'a compensation',
    { compensate: { skill: 'undo@1', input: 'length(outputs.see.doctor)' } },
    'subtasks[1].compensate',
  ],
])('lets %s not look into it, and says where', (_, next, said) => {
  const found = wrong(next)
  expect(found).toContain(said)
  expect(found).toContain('which is sealed: only who is given it can read it')
})

it('lets the output of the task hold it, and not be computed from it', () => {
  expect(wrong({}, { output: '{ doctor: outputs.see.doctor }' })).toBe('')
  expect(wrong({}, { output: 'length(outputs.see.doctor)' })).toContain(
    'output: `length(outputs.see.doctor)` looks into',
  )
})

it('takes replicas of what is sealed only where they need not agree on it', () => {
  const replicated = (agree: object) => {
    const schema = { type: 'object', properties: { doctor: { ...restricted, ...agree } } } as Json
    return wrong({}, { see: { replicas: 3 }, schema })
  }
  expect(replicated({})).toContain('subtasks[0].replicas: replicas of see@1 cannot agree on doctor')
  expect(replicated({ agree: { by: 'ignore' } })).toBe('')
})

it('looks through what may replace the rest of the plan, and the condition for it', () => {
  const fallback = (more: object) => {
    const subtasks = [{ id: 'other', skill: 'use@1', after: ['see'], input: 'outputs.see.doctor' }]
    return wrong(
      {},
      { more: { otherwise: [{ id: 'later', after: ['see'], when: 'outputs.see.late', subtasks, ...more }] } },
    )
  }
  expect(fallback({})).toBe('')
  expect(fallback({ when: "outputs.see.doctor == 'Ann'" })).toContain('otherwise[0].when: `outputs.see.doctor')
  const reading = [{ id: 'other', skill: 'use@1', after: ['see'], input: 'length(outputs.see.doctor)' }]
  expect(fallback({ subtasks: reading })).toContain('otherwise[0].subtasks[0].input: `length(outputs.see.doctor)`')
})

const secret = { type: 'object', properties: { name: restricted, size: { type: 'integer' } } }

/** What is wrong with a plan that does something with what a task is given from outside. */
function wrongOf(expression: string, more: object = {}): string {
  const wait = { event: 'word', payload: secret, deadlineMs: 1_000, onSilence: 'fail', ...more }
  const nodes = [
    { id: 'heard', wait },
    { id: 'asked', ask: { question: 'Who?', answer: secret, deadlineMs: 1_000 } },
  ]
  const next = { skill: 'use@1', after: ['heard', 'asked'], input: expression }
  return wrong(next, {
    more: { inputSchema: secret, parameters: { code: restricted }, subtasks: [...nodes, { id: 'next', ...next }] },
  })
}

it.each(['input.name', 'params.code', 'outputs.heard', '[outputs.asked.name]', 'outputs.heard.size > `1`'])(
  'hands on what was given to the task: %s',
  expression => {
    expect(wrongOf(`{ given: ${expression} }`)).not.toContain('looks into')
  },
)

it.each([
  ['length(input.name)', 'input.name'],
  ["params.code == 'x'", 'params.code'],
  ['outputs.heard.name.first', 'outputs.heard.name'],
  ["outputs.asked.name || 'nobody'", 'outputs.asked.name'],
])('lets %s not look into what was given to the task', (expression, place) => {
  expect(wrongOf(expression)).toContain(`looks into ${place}, which is sealed`)
})

it('takes a signal by what is plain of its payload alone', () => {
  expect(wrongOf('input', { match: 'payload.size > `1`' })).toBe('')
  expect(wrongOf('input', { match: "payload.name == 'Ann'" })).toContain('looks into payload.name, which is sealed')
})

it.each([
  ['a default', { parameters: { code: { ...restricted, default: 'x' } } }, 'what is restricted has a default'],
  [
    'a mark behind a reference',
    { inputSchema: { $ref: '#/$defs/a', $defs: { a: restricted } } },
    'nothing would be sealed',
  ],
])('refuses %s', (_, more, said) => {
  expect(wrong({}, { more })).toContain(said)
})

it('refuses an input and parameters in plain, and says which', () => {
  const given = { inputSchema: secret, parameters: { code: restricted }, subtasks: [{ id: 'next', skill: 'use@1' }] }
  const template = parseTemplate({ name: 'test', version: '1.0.0', title: 'A test', ...given })
  const plan = (input: Json, code: Json) =>
    planFrom(template, `0x${'11'.repeat(32)}`, () => offer, limits, { input, parameters: { code } })
  const sealed = givenSeal()
  expect(() => plan({ name: 'Ann' }, sealed)).toThrow('input/name is restricted, and came in plain')
  expect(() => plan({ name: sealed }, 'x')).toThrow('code is restricted, and came in plain')
  expect(plan({ name: sealed, size: 1 }, sealed).params).toEqual({ code: sealed })
})
