import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  drawnWorth,
  type Reputations,
  recordOf,
  reputationsAfter,
  scoreOf,
  type Word,
  wordsOf,
} from '../../../coordinator/flow/reputation.ts'
import { type Candidate, route } from '../../../coordinator/flow/route.ts'
import { randomOf } from '../../../coordinator/lab/random.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { Drive, planOf } from './drive.ts'

const skill = 's@1'
const none: Reputations = new Map()
const domainOf = (agentId: string) => (Number(agentId) >= 100 ? 'many' : `d${agentId}`)
const word = (agentId: string, good: boolean, by = 'client'): Word => ({
  agentId,
  domainId: domainOf(agentId),
  skill,
  good,
  by,
})
const told = (words: readonly Word[], before = none) => reputationsAfter(before, words, usualParameters)
const scoreIn = (reputations: Reputations, agentId: string) =>
  scoreOf(recordOf(reputations, skill, agentId, domainOf(agentId)), usualParameters)

describe('how an agent stands', () => {
  it('is (good + 1) ÷ (good + bad + 2), for the skill alone, and fades by a twentieth an epoch', () => {
    const words = [...Array(8).fill(word('1', true)), word('1', false)]
    expect(scoreIn(told(words), '1')).toBeCloseTo(9 / 11)
    expect(scoreIn(told([], told(words)), '1')).toBeCloseTo((8 * 0.95 + 1) / (9 * 0.95 + 2))
    expect(recordOf(told(words), 'other@1', '1', 'd1').own).toEqual({ good: 0, bad: 0 })
  })

  it('is at the floor for newcomers, and nobody is below', () => {
    expect(scoreIn(none, '1')).toBe(0.5)
    expect(scoreIn(told(Array(9).fill(word('1', false))), '1')).toBe(0.5)
  })

  it('is no higher than its domain stands: who comes again brings the name along', () => {
    const bad = told(Array(9).fill(word('100', false)))
    const record = recordOf(bad, skill, '101', 'many')
    expect(record.own).toEqual({ good: 0, bad: 0 })
    for (const z of [-2, 0, 2]) {
      expect(drawnWorth(record, z)).toBeLessThanOrEqual(drawnWorth(recordOf(bad, skill, '100', 'many'), z))
    }
  })

  it('is moved by no domain beyond the cap in an epoch, and not at all by its own', () => {
    const many = told(Array(1_000).fill(word('1', true)))
    expect(many).toEqual(told(Array(10).fill(word('1', true))))
    expect(scoreIn(told(Array(9).fill(word('1', true, 'd1'))), '1')).toBe(0.5)
    const two = told([...Array(1_000).fill(word('1', true)), ...Array(1_000).fill(word('1', true, 'client2'))])
    expect(scoreIn(two, '1')).toBeGreaterThan(scoreIn(many, '1'))
  })

  it('is moved more by gold, which agents in league cannot bend', () => {
    const outvoted = [...Array(9).fill(word('1', false)), { ...word('1', true), gold: true } as const]
    expect(scoreIn(told(outvoted), '1')).toBeGreaterThan(0.5)
  })

  it('does not depend on the order of words', () => {
    const said = fc.record({ agent: fc.integer({ min: 1, max: 3 }), good: fc.boolean(), by: fc.constantFrom('x', 'y') })
    fc.assert(
      fc.property(fc.array(said, { maxLength: 60 }), fc.nat(), (all, seed) => {
        const words = all.map(({ agent, good, by }) => word(`${agent}`, good, by))
        const shuffled = randomOf(`${seed}`).some(words, words.length)
        for (const agentId of ['1', '2', '3'])
          expect(scoreIn(told(shuffled), agentId)).toBe(scoreIn(told(words), agentId))
      }),
    )
  })
})

describe('what a task says of its agents', () => {
  /** Three agents answer, and the third of them is wrong; settled by the consortium's terms, up to its settlement. */
  function answered(domainId: string | null = null): Drive {
    const drive = new Drive().planned(planOf([{ id: 's', replicas: 3, quorum: 2 }]), { domainId })
    drive.assign('s', ['1', '2', '3'])
    for (const agentId of ['1', '2', '3']) drive.commit('s', agentId)
    for (const agentId of ['1', '2']) drive.result('s', agentId, 'right')
    drive.result('s', '3', 'wrong')
    return drive
  }

  it('counts as words once it is settled', () => {
    const drive = answered()
    expect(drive.task.settlement).not.toBeNull()
    expect(wordsOf(drive.task)).toEqual([])
    drive.when({ type: 'recordSettlement', txHash: `0x${'00'.repeat(32)}`, blockNumber: 1 })
    expect(wordsOf(drive.task).map(({ agentId, good }) => [agentId, good])).toEqual([
      ['1', true],
      ['2', true],
      ['3', false],
    ])
  })

  it('is in its settlement as ratings, those of the unpaid too, and none of its own domain', () => {
    const ratings = [
      { agentId: '1', score: 100, tag: skill },
      { agentId: '2', score: 100, tag: skill },
      { agentId: '3', score: 0, tag: skill },
    ]
    expect(answered().task.settlement!.settlement.ratings).toEqual(ratings)
    expect(answered('domain-1').task.settlement!.settlement.ratings).toEqual(ratings.slice(1))
  })

  it('is nothing where the task failed', () => {
    const drive = new Drive().planned(planOf([{ id: 's', replicas: 3, quorum: 3, attempts: 1 }]))
    drive.assign('s', ['1', '2', '3'])
    for (const agentId of ['1', '2', '3']) drive.commit('s', agentId)
    for (const agentId of ['1', '2', '3']) drive.result('s', agentId, agentId)
    expect(drive.task.state).toBe('failed')
    expect(drive.task.settlement).not.toBeNull()
    expect(drive.task.settlement!.settlement).not.toHaveProperty('ratings')
  })
})

describe('routing by reputation', () => {
  /** Gives tasks out one by one, to agents that do well with these chances; who got each. */
  function work(tasks: number, chances: Record<string, number>, from = 0, before = none) {
    const random = randomOf(`work ${from}`)
    let reputations = before
    let words: Word[] = []
    const given: string[] = []
    for (let task = from; task < from + tasks; task++) {
      const wish = { taskId: `0x${task}`, subtaskId: 's', attempt: 1, replicas: 1, failed: [] }
      const { chosen } = route(
        wish,
        Object.keys(chances).map(agentId => candidate(agentId, reputations)),
      )!
      const { agentId } = chosen[0]!
      given.push(agentId)
      words.push(word(agentId, random.next() < chances[agentId]!, `client${task % 5}`))
      if (task % 10 === 9) {
        reputations = told(words, reputations)
        words = []
      }
    }
    const share = (agentId: string) => given.filter(each => each === agentId).length / tasks
    return { reputations, share }
  }

  function candidate(agentId: string, reputations: Reputations): Candidate {
    const domainId = domainOf(agentId)
    const reputation = recordOf(reputations, skill, agentId, domainId)
    const wallet = `0x${'11'.repeat(20)}` as const
    return { agentId, domainId, wallet, price: '1', stake: '1', load: 0, places: 1, reputation }
  }

  it('finds a newcomer that is better within 300 tasks, and drops one that is worse', () => {
    const old = work(500, { 1: 0.8, 2: 0.8 })
    const better = { 1: 0.8, 2: 0.8, 3: 0.98 }
    expect(work(300, better, 500, old.reputations).share('3')).toBeGreaterThan(0.3)
    const found = work(300, better, 500, old.reputations).reputations
    expect(work(300, better, 800, found).share('3')).toBeGreaterThan(0.6)
    const worse = { 1: 0.8, 2: 0.8, 3: 0.3 }
    const tried = work(300, worse, 500, old.reputations)
    expect(tried.share('3')).toBeGreaterThan(0)
    expect(work(300, worse, 800, tried.reputations).share('3')).toBeLessThan(0.1)
  })

  it('is tried no more often for coming as many', () => {
    const old = work(500, { 1: 0.9, 2: 0.9 }).reputations
    const alone = work(500, { 1: 0.9, 2: 0.9, 100: 0.3 }, 500, old).share('100')
    const many = { 1: 0.9, 2: 0.9, 100: 0.3, 101: 0.3, 102: 0.3, 103: 0.3, 104: 0.3, 105: 0.3 }
    const { share } = work(500, many, 500, old)
    const together = Object.keys(many).reduce((sum, agentId) => sum + (Number(agentId) >= 100 ? share(agentId) : 0), 0)
    expect(together).toBeLessThan(alone + 0.05)
  })

  it('gives the same choices again', () => {
    const chances = { 1: 0.8, 2: 0.9, 3: 0.5 }
    expect(work(100, chances).reputations).toEqual(work(100, chances).reputations)
  })
})
