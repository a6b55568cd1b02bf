import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agree } from '../../../../coordinator/flow/agree/agree.ts'
import type { Replica } from '../../../../coordinator/flow/agree/replica.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import { inTime } from '../../../harness/in-time.ts'

type Weighted = readonly [output: Json, weight?: number]

function agreeOn(rule: { [key: string]: Json }, given: readonly Weighted[], quorum = 1) {
  const replicas = given.map(
    ([output, weight], place): Replica => ({ agentId: `${place}`, output, ...(weight !== undefined && { weight }) }),
  )
  const agents = replicas.map(({ agentId }) => agentId)
  const { verdict, output } = agree(replicas, { agree: rule }, { agents, quorum, noShows: [], unrevealed: [] })
  return { output, deviators: verdict.deviators }
}

describe('a vote', () => {
  it('goes to the most weight, not to the most voices', () => {
    const given = [
      ['flood', 3],
      ['storm', 1],
      ['storm', 1],
    ] as const
    expect(agreeOn({ by: 'vote' }, given)).toEqual({ output: 'flood', deviators: ['1', '2'] })
    expect(agreeOn({ by: 'vote' }, [['flood'], ['storm'], ['storm']]).output).toBe('storm')
  })

  it('on whether there is anything is by weight too', () => {
    expect(
      agreeOn({ by: 'vote' }, [
        [null, 1],
        [null, 1],
        ['flood', 3],
      ]).output,
    ).toBe('flood')
  })
})

describe('a weighted median', () => {
  it('of equal weights is the median', () => {
    const median = { by: 'median', tolerance: 100 }
    expect(
      agreeOn(median, [
        [1, 2],
        [2, 2],
        [9, 2],
      ]).output,
    ).toBe(2)
    expect(
      agreeOn(median, [
        [1, 2],
        [2, 2],
        [4, 2],
        [9, 2],
      ]).output,
    ).toBe(3)
    expect(
      agreeOn(median, [
        [1, 5],
        [2, 1],
        [9, 1],
      ]).output,
    ).toBe(1)
  })

  it('stays within the honest values while the others weigh less than half', () => {
    const honest = fc.array(fc.tuple(fc.integer({ min: 100, max: 110 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 5,
    })
    const wrong = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 5 })
    fc.assert(
      fc.property(honest, wrong, (good, bad) => {
        const weight = good.reduce((sum, [, each]) => sum + each, 0)
        const liars = bad.map((value): Weighted => [value, (0.99 * weight) / bad.length])
        const { output } = agreeOn({ by: 'median', tolerance: 5000 }, [...good, ...liars])
        expect(output).toBeGreaterThanOrEqual(Math.min(...good.map(([value]) => value)))
        expect(output).toBeLessThanOrEqual(Math.max(...good.map(([value]) => value)))
      }),
    )
  })
})

describe('a set', () => {
  it('has what more than half of the weight names, in one order', () => {
    const given = [[['b', 'a']], [['a', 'b', 'b']], [['c', 'a']]] as const
    expect(agreeOn({ by: 'set' }, given)).toEqual({ output: ['a', 'b'], deviators: ['2'] })
    expect(
      agreeOn({ by: 'set' }, [
        [['a'], 1],
        [['b'], 3],
      ]),
    ).toEqual({ output: ['b'], deviators: ['0'] })
  })

  it('is no other thing', () => {
    expect(agreeOn({ by: 'set' }, [[['a']], [['a']], ['a']]).deviators).toEqual(['2'])
  })
})

describe('a text', () => {
  const rule = { by: 'text', tolerance: 0.5 }
  const given = [
    ['The levee at 9th street will break tonight.'],
    ['the levee at 9TH street breaks tonight'],
    ['All is well.'],
  ] as const

  it('is one of those given, near to all; who says another thing deviates', () => {
    const { output, deviators } = agreeOn(rule, given)
    expect(given.slice(0, 2).flat()).toContain(output)
    expect(deviators).toEqual(['2'])
  })

  it('may be the text of the heaviest, and is the same in whatever order', () => {
    expect(agreeOn(rule, [given[0], given[1], ['All is well.', 9]]).output).toBe('All is well.')
    expect(agreeOn(rule, [...given].reverse()).output).toBe(agreeOn(rule, given).output)
  })

  it('is no other thing', () => {
    expect(agreeOn(rule, [['yes'], ['yes'], [4]])).toEqual({ output: 'yes', deviators: ['2'] })
  })
})

describe('a list of many items', () => {
  const names = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`field${index}`, {}]))
  const item = { ...names, type: 'object', properties: names }

  it.each<[string, Json]>([
    ['an item', item],
    ['an item that may be absent', { anyOf: [{ type: 'null' }, item] }],
    ['a field that may be absent', { type: 'object', properties: { field1: { anyOf: [{ type: 'null' }, item] } } }],
  ])('takes no more time for all that its schema says of %s', async (_, items) => {
    const output = Array.from({ length: 10_000 }, (_, key) => ({ key, field1: {} }))
    const schema = { agree: { by: 'list', key: 'key' }, items }
    const asked = { agents: ['1'], quorum: 1, noShows: [], unrevealed: [] }
    const merge = new URL('../../../../coordinator/flow/agree/agree.ts', import.meta.url)
    expect(await inTime(merge, 'agree', [{ agentId: '1', output }], schema, asked)).toMatchObject({ output })
  })
})
