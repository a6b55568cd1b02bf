import { describe, expect, it } from 'vitest'
import { type Offer, planFrom } from '../../../coordinator/flow/plan.ts'
import { parseTemplate } from '../../../coordinator/planner/read-template.ts'

const hash = `0x${'11'.repeat(32)}` as const
/** What its skills take. */
const word = { type: 'object', properties: { word: { type: 'string' } } }
const offered: Offer = { domains: 3, highestPrice: 100n, nearest: [], inputSchemas: [word] }
const many: Offer = { domains: 4, highestPrice: 100n, nearest: [] }
const ask = {
  question: 'How many?',
  answer: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
  deadlineMs: 1_000,
}
const none: Offer = { domains: 0, highestPrice: 0n, nearest: ['forecast-threat@1'] }
const limits = { budget: 1_000n, feeBps: 200, availableMs: 60_000 }

function make(subtasks: object[], { offer = offered, budget = limits.budget } = {}) {
  const named = { name: 'test', version: '1.0.0', title: 'A test', subtasks }
  return () => planFrom(parseTemplate(named), hash, () => offer, { ...limits, budget })
}

describe('a template becomes a plan', () => {
  it('with the defaults filled in, under its hash', () => {
    const plan = make([{ id: 'look', skill: 'see@1' }])()
    expect(plan.template).toEqual({ name: 'test', version: '1.0.0', hash })
    expect(plan.subtasks[0]).toMatchObject({ after: [], replicas: 1, quorum: 1, attempts: 2, approval: null })
  })

  it('with a majority for a quorum that it does not name', () => {
    const quorumOf = (replicas: number) =>
      make([{ id: 'a', skill: 's@1', replicas }], { offer: many })().subtasks[0]!.quorum
    expect([1, 2, 3, 4].map(quorumOf)).toEqual([1, 2, 2, 3])
  })

  it.each([
    [
      'an id used twice',
      [
        { id: 'a', skill: 's@1' },
        { id: 'a', skill: 's@1' },
      ],
      /subtasks\[1\]\.id: a is used twice/,
    ],
    [
      'a wait for nothing',
      [{ id: 'a', skill: 's@1', after: ['b'] }],
      /subtasks\[0\]\.after\[0\]: there is no subtask b/,
    ],
    [
      'a cycle',
      [
        { id: 'a', skill: 's@1', after: ['b'] },
        { id: 'b', skill: 's@1', after: ['a'] },
        { id: 'c', skill: 's@1' },
      ],
      /subtasks: a, b wait for one another/,
    ],
    ['too high a quorum', [{ id: 'a', skill: 's@1', quorum: 2 }], /quorum: 2 is more than its 1 replicas/],
    ['an input that is no expression', [{ id: 'a', skill: 's@1', input: '{ x: ' }], /subtasks\[0\]\.input/],
    [
      'a condition that is no expression',
      [{ id: 'a', skill: 's@1', approval: { when: '==', reason: '', deadlineMs: 100 } }],
      /subtasks\[0\]\.approval\.when/,
    ],
    [
      'a condition that is a text',
      [{ id: 'a', skill: 's@1', when: "'yes'" }],
      /subtasks\[0\]\.when: .* a string, a boolean is asked for/,
    ],
    [
      'a condition that negates too little',
      [
        { id: 'a', skill: 's@1' },
        { id: 'b', skill: 's@1', after: ['a'], when: '!outputs.a.ok' },
      ],
      /subtasks\[1\]\.when: .* null, a boolean is asked for/,
    ],
    [
      'a list that is none',
      [{ id: 'a', skill: 's@1', forEach: { items: 'length(input.x)', max: 3 } }],
      /subtasks\[0\]\.forEach\.items: .* an integer, a list is asked for/,
    ],
    [
      'a name that is not there',
      [{ id: 'a', skill: 's@1', input: 'item' }],
      /subtasks\[0\]\.input: it reads item, which is not there/,
    ],
    [
      'a judge of one',
      [{ id: 'a', skill: 's@1', judge: { criterion: 'any' } }],
      /subtasks\[0\]\.judge: a judge chooses among replicas, and there is one/,
    ],
    [
      'a judge that takes longer',
      [{ id: 'a', skill: 's@1', replicas: 2, deadlineMs: 1_000, judge: { criterion: 'any', deadlineMs: 60_000 } }],
      /may take 62000 ms/,
    ],
    [
      'a list whose items would take more time',
      [{ id: 'a', skill: 's@1', deadlineMs: 7_000, forEach: { items: 'input', max: 9, concurrency: 1 } }],
      /may take 63000 ms/,
    ],
    ['a question that is open too long', [{ id: 'a', ask: { ...ask, deadlineMs: 70_000 } }], /may take 70000 ms/],
    ['a question and work in one', [{ id: 'a', skill: 's@1', ask }], /one of skill, wait, ask and plan is wanted/],
    ['answers of no schema', [{ id: 'a', ask: { ...ask, answer: { type: 'thing' } } }], /subtasks\[0\]\.ask\.answer: /],
    [
      'a default that is no answer',
      [{ id: 'a', ask: { ...ask, default: { n: 'one' } } }],
      /subtasks\[0\]\.ask\.default: default\.n/,
    ],
    [
      'a question that is a number',
      [{ id: 'a', ask: { ...ask, question: { expression: 'length(input.x)' } } }],
      /subtasks\[0\]\.ask\.question\.expression: .* an integer, a string is asked for/,
    ],
    [
      'a question about what is not there',
      [{ id: 'a', ask: { ...ask, show: 'outputs.b' } }],
      /subtasks\[0\]\.ask\.show: it reads outputs\.b/,
    ],
    [
      'an input that no answer can be',
      [
        { id: 'a', ask },
        { id: 'b', skill: 's@1', after: ['a'], input: '{ word: outputs.a.n }' },
      ],
      /subtasks\[1\]\.input: .*word/,
    ],
    ['a wait that is too long', [{ id: 'a', wait: { ms: 70_000 } }], /may take 70000 ms/],
    ['more replicas than domains', [{ id: 'a', skill: 's@1', replicas: 4, quorum: 4 }], /4 replicas .* 3 offer s@1/],
    ['too long a chain', [{ id: 'a', skill: 's@1', replicas: 3, deadlineMs: 40_000 }], /may take 80000 ms/],
  ])('but not %s', (_, subtasks, message) => {
    expect(make(subtasks)).toThrow(
      expect.objectContaining({ code: 'PLAN_INVALID', message: expect.stringMatching(message) }),
    )
  })

  it('but not an unknown skill: it names the nearest', () => {
    expect(make([{ id: 'a', skill: 'forcast-threat@1' }], { offer: none })).toThrow(
      expect.objectContaining({ code: 'SKILL_UNKNOWN', message: expect.stringContaining('forecast-threat@1') }),
    )
  })

  it('but not what no longer fits, though it did when it was last planned', () => {
    const template = parseTemplate({
      ...{ name: 'test', version: '1.0.0', title: 'A test' },
      subtasks: [{ id: 'a', skill: 's@1', input: '{word: `1`}' }],
    })
    const planWith = (schema: object) => () =>
      planFrom(template, hash, () => ({ ...many, inputSchemas: [schema as never] }), limits)
    const takesNumbers = { type: 'object', properties: { word: { type: 'number' } } }
    expect(planWith(takesNumbers)).not.toThrow()
    expect(planWith(takesNumbers)).not.toThrow()
    expect(planWith(word)).toThrow(expect.objectContaining({ code: 'PLAN_INVALID' }))
  })

  it('but not beyond the budget, the fee included', () => {
    const subtasks = [{ id: 'a', skill: 's@1', replicas: 3, quorum: 2 }]
    expect(make(subtasks, { budget: 305n })).toThrow(expect.objectContaining({ code: 'PLAN_OVER_BUDGET' }))
    expect(make(subtasks, { budget: 306n })().subtasks).toHaveLength(1)
  })

  it('but not a list that may cost more', () => {
    const subtasks = [{ id: 'a', skill: 's@1', forEach: { items: 'input', max: 9, concurrency: 9 } }]
    expect(make(subtasks, { budget: 917n })).toThrow(expect.objectContaining({ code: 'PLAN_OVER_BUDGET' }))
    expect(make(subtasks, { budget: 918n })().subtasks).toHaveLength(1)
  })

  it('but not what is no template: it names every place', () => {
    expect(() => parseTemplate({ name: 'Bad Name', subtasks: [] })).toThrow(/name[\s\S]*version[\s\S]*subtasks/)
  })
})
