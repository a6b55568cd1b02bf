import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../../coordinator/flow/expression.ts'
import { planFrom } from '../../../../coordinator/flow/plan.ts'
import { libraryOf } from '../../../../coordinator/planner/check-template.ts'
import { lockTemplate } from '../../../../coordinator/planner/lock-template.ts'
import { parseTemplate } from '../../../../coordinator/planner/read-template.ts'
import { readTemplateText } from '../../../../coordinator/planner/template-file.ts'
import { contentHash, type Json } from '../../../../protocol/canonical.ts'
import { Drive } from '../drive.ts'

type Doc = { readonly [field: string]: Json }
const named = (name: string, subtasks: Json, more: Doc = {}): Doc => ({
  name,
  version: '1.0.0',
  title: name,
  subtasks,
  ...more,
})
const offer = { domains: 9, highestPrice: 1n, nearest: [] }
const limits = { budget: 1_000_000n, feeBps: 200, availableMs: 100_000_000 }
const read = (value: Doc) => readTemplateText(`${value.name}.json`, JSON.stringify(value))

/** Plans the first, the others being at hand. */
function plan(template: Doc, ...others: Doc[]) {
  const { template: locked, used } = lockTemplate(template, others)
  const library = libraryOf(used.map(each => read(each as Doc)))
  return planFrom(parseTemplate(locked), contentHash(locked), () => offer, limits, { library })
}

const measure = named(
  'measure',
  [
    { id: 'read', skill: 'read@1', input: '{ at: input.station, unit: params.unit }' },
    {
      id: 'check',
      skill: 'check@1',
      after: ['read'],
      input: '{ value: outputs.read, at: input.station }',
      when: 'outputs.read > `1`',
    },
  ],
  {
    parameters: { unit: { type: 'string', default: 'm`"\\' } },
    output: '{ value: outputs.read, checked: outputs.check }',
  },
)
const report = named(
  'report',
  [
    { id: 'find', skill: 'find@1' },
    { id: 'tide', plan: 'measure@1.0.0', after: ['find'], input: '{ station: outputs.find.station }' },
    { id: 'tell', skill: 'tell@1', after: ['tide'], input: '{ tide: outputs.tide, station: outputs.find.station }' },
  ].map(node => (node.id === 'tell' ? { ...node, after: ['tide', 'find'] } : node)),
)

describe('a template within a template', () => {
  it('is laid in under the id of its node, and its hash is in the plan', () => {
    const made = plan(report, measure)
    expect(made.subtasks.map(({ id, after }) => [id, after])).toEqual([
      ['find', []],
      ['tide-read', ['find']],
      ['tide-check', ['tide-read']],
      ['tell', ['tide-check', 'find']],
    ])
    expect(made.uses).toEqual([{ name: 'measure', version: '1.0.0', hash: contentHash(measure) }])
  })

  it('asks in its own words, of whom its node names', () => {
    const ask = {
      question: { expression: 'input.about' },
      show: 'input.facts',
      from: 'input.who',
      answer: { type: 'boolean' },
      deadlineMs: 1_000,
    }
    const inner = named('inner', [{ id: 'yes', ask }], { output: 'outputs.yes' })
    const input = "{ about: 'Shall it?', facts: input.list, who: input.buyer }"
    const outer = named('outer', [{ id: 'consent', plan: 'inner@1.0.0', input }], { output: 'outputs.consent' })
    const buyer = `0x${'33'.repeat(20)}`
    const drive = new Drive().planned(plan(outer, inner), { input: { list: [1], buyer } })
    const asked = drive.task.subtasks.get('consent-yes')!.question!
    expect(asked).toMatchObject({ question: 'Shall it?', show: [1], from: [buyer] })
    const by = { signer: buyer, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
    const { contentHash } = asked
    drive.when({ type: 'answerQuestion', subtaskId: 'consent-yes', contentHash, answer: true, by })
    expect(drive.task).toMatchObject({ state: 'completed', output: true })
  })

  it('runs on what its node gives it, and gives what its output says', () => {
    const drive = new Drive().planned(plan(report, measure))
    drive.assign('find', ['1'])
    drive.result('find', '1', { station: 'harbour' })
    expect(drive.assign('tide-read', ['1'])[0]).toMatchObject({ input: { at: 'harbour', unit: 'm`"\\' } })
    drive.result('tide-read', '1', 3)
    expect(drive.assign('tide-check', ['1'])[0]).toMatchObject({ input: { value: 3, at: 'harbour' } })
    drive.result('tide-check', '1', 'high')
    const tide = { value: 3, checked: 'high' }
    expect(drive.assign('tell', ['1'])[0]).toMatchObject({ input: { tide, station: 'harbour' } })
    drive.result('tell', '1', 'told')
    expect(drive.task.output).toEqual({ find: { station: 'harbour' }, tide, tell: 'told' })
  })

  it('is skipped as a whole, and then gives null', () => {
    const doubtful = named('doubtful', [
      { id: 'tide', plan: 'measure@1.0.0', when: 'input.wanted' },
      { id: 'tell', skill: 'tell@1', after: ['tide'], input: 'outputs' },
    ])
    const drive = new Drive().planned(plan(doubtful, measure), { input: { wanted: false } })
    expect(drive.history.filter(({ type }) => type === 'SubtaskSkipped')).toHaveLength(2)
    expect(drive.assign('tell', ['1'])[0]).toMatchObject({ input: { tide: null } })
  })

  it('may hold lists, waits, gates and templates of its own', () => {
    const inner = named(
      'inner',
      [
        {
          id: 'each',
          skill: 'see@1',
          input: '{ x: thing, i: index, all: input.things }',
          forEach: { items: 'input.things', as: 'thing', max: 3 },
          approval: { when: 'output == input.bad', reason: 'bad', deadlineMs: 100 },
        },
        {
          id: 'sign',
          after: ['each'],
          wait: { event: 'go', match: 'payload == outputs.each', deadlineMs: 1_000, onSilence: 'fail' },
        },
      ],
      { output: '[outputs.each, outputs.sign]' },
    )
    const middle = named('middle', [{ id: 'in', plan: 'inner@1.0.0', input: '{ things: input.list, bad: `9` }' }], {
      output: 'outputs.in',
    })
    const outer = named('outer', [{ id: 'mid', plan: 'middle@1.0.0', input: '{ list: input }' }])
    const drive = new Drive().planned(plan(outer, middle, inner), { input: [5, 6] })
    expect(drive.assign('mid-in-each-1', ['1'])[0]).toMatchObject({ input: { x: 6, i: 1, all: [5, 6] } })
    drive.assign('mid-in-each-0', ['1'])
    drive.result('mid-in-each-0', '1', 9)
    expect(drive.task.subtasks.get('mid-in-each-0')!.phase).toBe('approving')
    drive.approve('mid-in-each-0', true)
    drive.result('mid-in-each-1', '1', 8)
    const by = { signer: `0x${'11'.repeat(20)}`, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
    expect(() => drive.when({ type: 'signal', signal: 'go', payload: [1], by })).toThrow(/not one that is waited for/)
    drive.when({ type: 'signal', signal: 'go', payload: [9, 8], by })
    expect(drive.task).toMatchObject({
      state: 'completed',
      output: {
        mid: [
          [9, 8],
          [9, 8],
        ],
      },
    })
  })

  it.each([
    [
      'is not at hand',
      named('a', [{ id: 'x', plan: 'gone@1.0.0' }]),
      [],
      /subtasks\[0\]\.plan: template gone@1\.0\.0 is not at hand/,
    ],
    [
      'reads $',
      named('a', [{ id: 'x', plan: 'b@1.0.0' }]),
      [named('b', [{ id: 'y', skill: 's@1', input: '$.input' }])],
      /reads \$/,
    ],
    [
      'has a fault of its own',
      named('a', [{ id: 'x', plan: 'b@1.0.0' }]),
      [named('b', [{ id: 'y', skill: 's@1', after: ['z'] }])],
      /subtasks\[0\]\.plan: in b@1\.0\.0, subtasks\[0\]\.after\[0\]: there is no subtask z/,
    ],
    [
      'is given what it does not take',
      named('a', [{ id: 'x', plan: 'measure@1.0.0', parameters: { unit: 5 } }]),
      [measure],
      /subtasks\[0\]\.parameters\.unit: unit: .*expected string/,
    ],
    [
      'has ids that clash',
      named('a', [
        { id: 'x', plan: 'b@1.0.0' },
        { id: 'x-y', skill: 's@1' },
      ]),
      [named('b', [{ id: 'y', skill: 's@1' }])],
      /x-y is used twice/,
    ],
    [
      'makes ids too long',
      named('a', [{ id: `x${'y'.repeat(40)}`, plan: 'b@1.0.0' }]),
      [named('b', [{ id: 'long-enough', skill: 's@1' }])],
      /more than 48 characters/,
    ],
  ])('that %s is refused', (_, template, others, message) => {
    const library = libraryOf(others.map(read))
    const make = () => planFrom(parseTemplate(template), contentHash(template), () => offer, limits, { library })
    expect(make).toThrow(expect.objectContaining({ code: 'PLAN_INVALID', message: expect.stringMatching(message) }))
  })

  it('that contains itself, or lies too deep, is refused', () => {
    const self = named('self', [{ id: 'x', plan: 'self@1.0.0' }])
    const make = (template: Doc, others: Doc[]) => () =>
      planFrom(parseTemplate(template), contentHash(template), () => offer, limits, {
        library: libraryOf(others.map(read)),
      })
    expect(make(self, [self])).toThrow(/it contains itself: self@1\.0\.0 → self@1\.0\.0/)
    expect(() => lockTemplate(self, [self])).toThrow(/is a circle/)
    const deep = Array.from({ length: 8 }, (_, n) =>
      named(`d${n}`, n === 7 ? [{ id: 'x', skill: 's@1' }] : [{ id: 'x', plan: `d${n + 1}@1.0.0` }]),
    )
    expect(make(deep[0]!, deep)).toThrow(/more than 5 deep/)
  })
})

it('a template that uses none keeps its expressions to the letter', () => {
  const made = plan(
    named('plain', [
      { id: 'a', skill: 's@1', input: ' input ' },
      { id: 'b', skill: 's@1', after: ['a'], input: 'outputs.a' },
    ]),
  )
  expect(made.subtasks.map(({ input }) => input)).toEqual([' input ', 'outputs.a'])
  expect(Object.keys(made)).toEqual(['template', 'subtasks', 'output'])
  expect(evaluate(made.output, { input: 1, outputs: { a: 2 } })).toEqual({ value: { a: 2 } })
})

describe('a template within a template, over and over,', () => {
  it('that makes more than a plan holds is refused, and soon', () => {
    const leaf = named('leaf', [{ id: 'x', skill: 's@1' }])
    const many = (name: string, of: string) =>
      named(
        name,
        Array.from({ length: 200 }, (_, place) => ({ id: `n-${place}`, plan: `${of}@1.0.0` })),
        { output: '`null`' },
      )
    const startedMs = performance.now()
    const [top, ...others] = ['one', 'two', 'three', 'four'].map((name, place, all) =>
      many(name, all[place + 1] ?? 'leaf'),
    )
    expect(() => plan(top!, ...others, leaf)).toThrow(/more than 1000 subtasks in all/)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })

  it('whose expressions hold one another over and over is refused, and soon; ten in a row are not', () => {
    const pair = named('pair', [{ id: 'x', skill: 's@1' }], { output: '{ a: input, b: outputs.x }' })
    const chain = (length: number) =>
      named(
        'chain',
        Array.from({ length }, (_, place) => ({
          ...{ id: `n-${place}`, plan: 'pair@1.0.0' },
          ...(place === 0 ? {} : { after: [`n-${place - 1}`], input: `outputs."n-${place - 1}"` }),
        })),
        { output: 'outputs."n-0"' },
      )
    const startedMs = performance.now()
    expect(() => plan(chain(100), pair)).toThrow(/put in its place/)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    expect(plan(chain(10), pair).subtasks).toHaveLength(10)
  })
})
