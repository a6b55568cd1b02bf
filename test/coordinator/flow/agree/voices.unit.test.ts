import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agree } from '../../../../coordinator/flow/agree/agree.ts'
import { voicesOf } from '../../../../coordinator/flow/agree/voices.ts'
import type { GoldAnswers } from '../../../../protocol/gold.ts'
import type { Hex } from '../../../../protocol/hash.ts'

const lie = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
/** So many questions, at which these lie alike and the others are right. */
function learned(count: number, liars: readonly string[], honest: readonly string[]): GoldAnswers[] {
  return Array.from({ length: count }, (_, n) => ({
    ...{ taskId: lie(n), subtaskId: 'a', attempt: 1 },
    answers: Object.fromEntries([...liars.map(id => [id, lie(n)] as const), ...honest.map(id => [id, null] as const)]),
  }))
}
const asked = ['1', '2', '7', '8', '9']
const verdictBy = (known: readonly GoldAnswers[]) =>
  agree(
    asked.map(agentId => ({ agentId, output: { cm: Number(agentId) > 5 ? 90 : 40 } })),
    { properties: { cm: { type: 'number', agree: { by: 'median', tolerance: 5 } } } },
    { agents: asked, quorum: 3, noShows: [], unrevealed: [], voices: voicesOf(known, asked) },
  )

describe('voices', () => {
  it('are one each where nothing is known, and of whom nothing is known', () => {
    expect(voicesOf([], asked)).toBeNull()
    expect(voicesOf(learned(3, [], ['4']), asked)).toBeNull()
    expect(voicesOf(learned(3, ['1'], ['2']), asked)!.weights.get('9')).toBe(1)
  })

  it('of who lies at gold fall with every lie, little at first, and never below none', () => {
    const [one, ten, many] = [1, 10, 40].map(n => voicesOf(learned(n, ['9'], ['1', '2']), asked)!.weights)
    expect(one!.get('9')).toBeGreaterThan(0.7)
    expect(ten!.get('9')).toBeLessThan(one!.get('9')!)
    expect(many!.get('9')).toBeLessThanOrEqual(ten!.get('9')!)
    expect(many!.get('9')).toBeGreaterThanOrEqual(0)
    expect(ten!.get('1')).toBeGreaterThan(1)
  })

  it('that share their mistakes are one, and a verdict that three liars of five had turns', () => {
    expect(verdictBy([])).toMatchObject({ output: { cm: 90 }, verdict: { deviators: ['1', '2'], confidence: 0.6 } })
    const { verdict, output } = verdictBy(learned(12, ['7', '8', '9'], ['1', '2']))
    expect(output).toEqual({ cm: 40 })
    expect(verdict).toMatchObject({ accepted: ['1', '2'], deviators: ['7', '8', '9'], together: [['7', '8', '9']] })
    expect(verdict.deviations[0]).toEqual({ agentId: '7', field: '/cm', got: 90, merged: 40, by: 50 })
    expect(verdict.confidence).toBeGreaterThan(0.8)
  })

  it('do not depend on the order of agents or of questions', () => {
    const said = fc.constantFrom(null, lie(1), lie(2))
    const rows = fc.array(fc.array(said, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(rows, given => {
        const known = given.map((row, n) => ({
          ...{ taskId: lie(n), subtaskId: 'a', attempt: 1 },
          answers: Object.fromEntries(asked.map((id, place) => [id, row[place]!])),
        }))
        const [a, b] = [voicesOf(known, asked)!, voicesOf(known.toReversed(), asked.toReversed())!]
        for (const id of asked) expect(b.weights.get(id)).toBeCloseTo(a.weights.get(id)!, 2)
      }),
      { numRuns: 30 },
    )
  })
})
