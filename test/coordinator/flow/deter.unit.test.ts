import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caughtBps, leastStake, leastStakeBps } from '../../../coordinator/flow/deter.ts'
import { type Candidate, route } from '../../../coordinator/flow/route.ts'
import { type Parameters, termsOf, usualParameters } from '../../../protocol/consortium.ts'
import { Drive, planOf } from './drive.ts'

const termsWith = (changed: Partial<Parameters>) => termsOf({ ...usualParameters, ...changed })
const alone = { replicas: 1, quorum: 1 }
const credits = (amount: number) => `${Math.round(amount * 1e6)}`

describe('the least stake that deters', () => {
  // Gain 1, reward 1.2, and all of the stake taken.
  it.each([
    [500, 18.8],
    [1_000, 8.8],
    [2_000, 3.8],
  ])('is gain/p − reward: with %i in 10,000 of gold, %f for a reward of 1.2', (gold, stake) => {
    const terms = termsWith({ 'gold-bps': gold, 'wrong-penalty-bps': 10_000, 'lie-gain-bps': 8_333 })
    const least = Number(leastStake(leastStakeBps(terms, alone)!, credits(1.2))) / 1e6
    expect(least).toBeCloseTo(stake, 1)
  })

  it('is three times as much where a third of the stake is taken', () => {
    const least = (wrong: number) =>
      Number(leastStakeBps(termsWith({ 'gold-bps': 1_000, 'wrong-penalty-bps': wrong }), alone))
    expect(least(3_333) / least(10_000)).toBeCloseTo(3, 3)
  })

  it('is unknown where nothing finds a lie out, and none where terms say nothing of it', () => {
    expect(leastStakeBps(termsWith({ 'gold-bps': 0 }), alone)).toBeNull()
    expect(leastStakeBps(termsWith({ 'gold-bps': 100, 'wrong-penalty-bps': 0 }), alone)).toBeNull()
    const { deterrence: _, ...older } = termsWith({})
    expect(leastStakeBps(older, alone)).toBe(0n)
  })

  it('holds: with it at stake, a lie brings no more than honest work, and with less by more than it is rounded, it does', () => {
    const shares = fc.integer({ min: 100, max: 9_000 })
    const gains = fc.integer({ min: 1_000, max: 50_000 })
    fc.assert(
      fc.property(shares, shares, gains, fc.integer({ min: 1, max: 7 }), (gold, wrong, gain, replicas) => {
        const terms = termsWith({ 'gold-bps': gold, 'wrong-penalty-bps': wrong, 'lie-gain-bps': gain })
        const watch = { replicas, quorum: Math.floor((2 * replicas) / 3) + 1 }
        const p = caughtBps(watch, terms.deterrence!)
        const least = leastStakeBps(terms, watch)!
        // In units of reward ÷ 10,000, times 10^8, so that nothing is rounded.
        const lie = (stake: bigint) =>
          BigInt(gain) * 10n ** 8n + ((10_000n - p) * 10_000n - (p * stake * BigInt(wrong)) / 10_000n) * 10_000n
        expect(lie(least)).toBeLessThanOrEqual(10n ** 12n)
        // The penalty is rounded up by less than one, and the stake that gives it by as little again.
        const rounded = 10_000n / BigInt(wrong) + 2n
        if (least >= rounded) expect(lie(least - rounded)).toBeGreaterThan(10n ** 12n)
      }),
    )
  })
})

describe('the chance that a lie is found out', () => {
  const caught = (replicas: number, quorum: number, inLeagueBps: number, goldBps = 0) =>
    Number(caughtBps({ replicas, quorum }, { gainBps: 8_333, goldBps, inLeagueBps })) / 1e4

  it('is that of too few others in league for a quorum, and of gold', () => {
    expect(caught(3, 2, 3_333)).toBeCloseTo((2 / 3) ** 2, 3)
    expect(caught(5, 4, 3_333)).toBeCloseTo(1 - (4 * (1 / 3) ** 3 * (2 / 3) + (1 / 3) ** 4), 3)
    expect(caught(3, 2, 0)).toBe(1)
    expect(caught(3, 2, 10_000)).toBe(0)
    expect(caught(1, 1, 0)).toBe(0)
    expect(caught(3, 2, 3_333, 1_000)).toBeCloseTo(0.1 + (0.9 * 4) / 9, 3)
  })
})

describe('routing', () => {
  const candidate = (agentId: string, stake: number): Candidate => {
    const wallet = `0x${'11'.repeat(20)}` as const
    return { agentId, domainId: `d${agentId}`, wallet, price: credits(10), stake: credits(stake), load: 0, places: 1 }
  }
  const wish = { taskId: '0x1', subtaskId: 's', attempt: 1, replicas: 3, failed: [] }

  it('passes over whoever has too little at stake, and says so', () => {
    const { chosen, passedOver } = route({ ...wish, stakeBps: 20_000 }, [candidate('1', 20), candidate('2', 19.999)])!
    expect(chosen.map(({ agentId }) => agentId)).toEqual(['1'])
    const why = 'has 19.999 at stake, less than the 20 that deter from a lie for a reward of 10'
    expect(passedOver).toMatchObject([{ agentId: '2', domainId: 'd2', why }])
    expect(route(wish, [candidate('1', 0)])!.chosen).toHaveLength(1)
  })

  it('gives nobody the work that nobody may have, rather than wait for a place', () => {
    expect(route({ ...wish, stakeBps: 20_000 }, [candidate('1', 1)])).toMatchObject({ chosen: [] })
  })
})

it('penalties are those of the terms that the task was submitted under', () => {
  const drive = new Drive().planned(planOf([{ id: 's', replicas: 3, quorum: 2 }]))
  drive.assign('s', ['1', '2', '3'])
  drive.commit('s', '1')
  drive.commit('s', '2')
  drive.at(drive.nowMs + 1_000)
  drive.result('s', '1', 1)
  drive.at(drive.nowMs + 1_000)
  drive.at(10_000_000)
  const { penalties } = drive.task.settlement!.settlement
  expect(penalties.map(({ agentId, fault, amount }) => [agentId, fault, amount])).toEqual([
    ['2', 'unrevealed', '3000'],
    ['3', 'no-show', '300'],
  ])
})
