import { describe, expect, it } from 'vitest'
import type { OfferOf } from '../../../coordinator/flow/check/offer.ts'
import { fillTemplate } from '../../../coordinator/planner/fill-template.ts'
import type { OfferedSkill } from '../../../coordinator/planner/goal/vocabulary.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { skillReference } from '../../../registry/match.ts'
import { englishEmbedder } from '../../../registry/retrieve/english-embedder.ts'
import { choiceFrom } from '../../../registry/retrieve/explanation.ts'

const skill = (name: string, description: string, input: object, output: object): OfferedSkill => ({
  ...{ name, version: '1.0.0', description, price: '1000', provider: { name: '', description: '' } },
  inputSchema: { type: 'object', properties: input, required: Object.keys(input) } as OfferedSkill['inputSchema'],
  outputSchema: { type: 'object', properties: output, additionalProperties: false } as OfferedSkill['outputSchema'],
})
const text = { type: 'string' }
const numbers = { type: 'array', items: { type: 'number' } }
const skills = [
  skill('predict-tide', 'How high the water will be, hour by hour.', { station: text }, { levels: numbers }),
  skill('tide-table', 'Tide table of a year: how high the water is.', { year: { type: 'integer' } }, { table: text }),
  skill('word-warning', 'Writes a warning for the public.', { levels: numbers }, { text }),
  skill('book-train', '查询并预订火车票', { from: text, to: text }, { ticket: text }),
]
const offerOf: OfferOf = reference => {
  const offered = skills.filter(each => skillReference(each) === reference)
  return {
    ...{ domains: offered.length, highestPrice: 1_000n, nearest: [] },
    inputSchemas: offered.map(({ inputSchema }) => inputSchema),
    outputSchemas: offered.map(({ outputSchema }) => outputSchema),
  }
}
const fill = (subtasks: readonly object[], more: object = {}) =>
  fillTemplate({ name: 'watch', version: '1.0.0', title: 'Watch', subtasks, ...more } as never, {
    ...{ skills, offerOf },
    embedder: englishEmbedder,
  })
const skillsOf = ({ template }: Awaited<ReturnType<typeof fill>>) =>
  (template as unknown as { subtasks: { skill: string }[] }).subtasks.map(each => each.skill)

describe('a template that says in words what it wants', () => {
  it('is given a skill for each, by words and by meaning, in Chinese too', async () => {
    const filled = await fill([
      { id: 'tide', find: 'forecast of the sea level', input: "{ station: 'here' }" },
      { id: 'train', find: '订一张火车票', input: "{ from: 'a', to: 'b' }" },
    ])
    expect(skillsOf(filled)).toEqual(['predict-tide@1', 'book-train@1'])
    expect(JSON.stringify(filled.template)).not.toContain('find')
  })

  it('passes over what fits the words better, and not the template; and says why', async () => {
    const filled = await fill([
      { id: 'tide', find: 'tide table, how high the water is', input: "{ station: 'here' }" },
      { id: 'warning', find: 'write a warning', after: ['tide'], input: '{ levels: outputs.tide.levels }' },
    ])
    expect(skillsOf(filled)).toEqual(['predict-tide@1', 'word-warning@1'])
    expect(filled.found[0]).toMatchObject({
      path: ['subtasks', 0],
      passedOver: [{ skill: 'tide-table@1', why: expect.stringContaining('subtasks[0].input') }],
    })
    const ranked = choiceFrom(filled.found[0]!.explanation).map(({ id }) => id)
    expect(ranked[0]).toMatch(/^tide-table@1\//)
  })

  it('goes by what comes after, too', async () => {
    const after = { id: 'warning', skill: 'word-warning@1', after: ['tide'], input: '{ levels: outputs.tide.levels }' }
    const filled = await fill([{ id: 'tide', find: 'tide table of the water', input: 'input' }, after])
    expect(skillsOf(filled)).toEqual(['predict-tide@1', 'word-warning@1'])
  })

  it('fills fallbacks, and leaves alone what names its skills', async () => {
    const named = { id: 'tide', skill: 'predict-tide@1', input: "{ station: 'here' }" }
    const otherwise = [
      { id: 'other', failed: ['tide'], subtasks: [{ id: 'tell', find: 'write a warning', input: 'input' }] },
    ]
    const { template, found } = await fill([named], { otherwise })
    expect(found.map(({ path, skill }) => [path, skill])).toEqual([[['otherwise', 0, 'subtasks', 0], 'word-warning@1']])
    const same = await fill([named])
    expect(same.found).toEqual([])
    expect(contentHash(template)).not.toBe(contentHash(same.template))
  })

  it('is refused where nothing on offer has anything to do with it, or nothing is right', async () => {
    await expect(fill([{ id: 'a', find: '???' }])).rejects.toMatchObject({
      code: 'SKILL_UNKNOWN',
      message: 'subtasks[0]: nothing on offer fits “???”',
    })
    await expect(fill([{ id: 'a', find: 'write a warning', input: '`7`' }])).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      message: expect.stringContaining('subtasks[0].input: a gives word-warning@1 what it does not take'),
    })
  })
})
