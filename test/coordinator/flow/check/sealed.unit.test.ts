import { expect, it } from 'vitest'
import { planFrom } from '../../../../coordinator/flow/plan.ts'
import { parseTemplate } from '../../../../coordinator/planner/read-template.ts'
import type { Json } from '../../../../protocol/canonical.ts'

const restricted = { type: 'string', class: 'restricted' }
const patients = {
  type: 'array',
  items: { type: 'object', properties: { name: restricted, bed: { type: 'integer' } } },
}
const outputSchema = { type: 'object', properties: { patients, late: { type: 'boolean' }, doctor: restricted } }
const offer = { domains: 3, highestPrice: 1n, nearest: [] }
const limits = { budget: 1_000_000n, feeBps: 0, availableMs: 10_000_000 }

/** What is wrong with a plan in which `see` seals, and something else is done with what it gave. */
function wrong(next: object, { output = 'outputs', see = {}, schema = outputSchema as Json, more = {} } = {}): string {
  const subtasks = [
    { id: 'see', skill: 'see@1', ...see },
    { id: 'next', skill: 'use@1', after: ['see'], input: 'outputs.see.doctor', ...next },
  ]
  const template = parseTemplate({ name: 'test', version: '1.0.0', title: 'A test', subtasks, output, ...more })
  const offerOf = (skill: string) => (skill === 'see@1' ? { ...offer, outputSchemas: [schema as object] } : offer)
  try {
    planFrom(template, `0x${'11'.repeat(32)}`, offerOf as never, limits)
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
