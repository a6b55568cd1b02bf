import { describe, expect, it } from 'vitest'
import { wrongByGold } from '../../../coordinator/flow/agree/gold-faults.ts'
import { GoldBook } from '../../../coordinator/lab/incentives/gold-book.ts'
import { type Actor, type Given, options, populationOf } from '../../../coordinator/lab/incentives/population.ts'
import { simulate } from '../../../coordinator/lab/incentives/simulate.ts'
import { varied } from '../../../coordinator/lab/incentives/sweep.ts'
import { usualScene } from '../../../coordinator/lab/incentives/usual-scene.ts'
import { randomOf } from '../../../coordinator/lab/random.ts'

describe('honest work earns most', () => {
  const usual = simulate({ ...usualScene, tasks: 1_000 })

  it('at the usual parameters: each other strategy brings an organisation less, guessing or lying alone a loss, and coming as many next to nothing', () => {
    expect(usual.honestEarnsMost).toBe(true)
    const { honest, lazy, lying, colluding, sybil } = usual.earnings
    expect(honest!.profit).toBeGreaterThan(0)
    for (const { profit } of [lazy!, lying!]) expect(profit).toBeLessThan(0)
    expect(sybil!.profit).toBeLessThan(honest!.profit / 10)
    expect(colluding!.dishonest).toBeGreaterThan(0)
    expect(usual.liedTo).toBeLessThan(0.05)
  })

  it('no longer where there is no gold: who colludes outvotes the others, and drives them out', () => {
    const { honestEarnsMost, liedTo } = simulate(varied({ ...usualScene, tasks: 500 }, { gold: 0 }))
    expect(honestEarnsMost).toBe(false)
    expect(liedTo).toBeGreaterThan(0.3)
  })

  it('the same seed gives the same outcome, another seed another', () => {
    const few = { ...usualScene, tasks: 50 }
    expect(simulate(few)).toEqual(simulate(few))
    expect(simulate({ ...few, seed: '2' })).not.toEqual(simulate(few))
  })

  it('with less at stake than deters nobody is given work, and nobody earns', () => {
    const { earnings, right } = simulate(varied({ ...usualScene, tasks: 50 }, { stake: 2 }))
    expect(right).toBe(0)
    for (const { profit } of Object.values(earnings)) expect(profit).toBe(0)
  })
})

it('by gold those are wrong whose answers the rules of merging part from the known one, however many they are', () => {
  const schema = { type: 'object', properties: { kt: { type: 'number', agree: { by: 'median', tolerance: 5 } } } }
  const replicas = [90, 97, 97, 97].map((kt, agent) => ({ agentId: `${agent}`, output: { kt } }))
  expect(wrongByGold(replicas, schema, { kt: 86 })).toEqual(['1', '2', '3'])
  expect(wrongByGold(replicas, schema, { kt: 97 })).toEqual(['0'])
})

describe('collusion', () => {
  /** Agents 0 and 1 always lie together; the others share as many mistakes as language models do, and err every third time. */
  function colludersAfter(gold: number): number[] {
    const actors: Actor[] = populationOf({ honest: 6, lazy: 0, lying: 0, colluding: 0, sybil: 0 }, 1)
    const book = new GoldBook(actors.length)
    const random = randomOf('collusion')
    for (let question = 0; question < gold; question++) {
      const right = random.below(options)
      const belief = (right + 1) % options
      const honest = () => (random.next() > 1 / 3 ? right : random.next() < 0.6 ? belief : (right + 2) % options)
      const lie = (right + 3) % options
      const given = actors.map((actor, place): Given => {
        return { actor, answer: place < 2 ? lie : honest(), effort: 0, lied: place < 2 }
      })
      book.add(given, right)
    }
    return book.colluders()
  }

  it('is proven by gold after a dozen lies, and of nobody by mistakes that honest agents share', () => {
    expect(colludersAfter(10)).toEqual([])
    expect(colludersAfter(20)).toEqual([0, 1])
    expect(colludersAfter(1_000)).toEqual([0, 1])
  })
})
