import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chosenOf } from '../../../coordinator/flow/grow.ts'
import type { Growth } from '../../../protocol/plan.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const schema = { properties: { level: { type: 'string' } } }
const begun = (grow: Growth, more: object = {}, budget = 1_000_000n) => {
  const plan = planOf([{ id: 'only', replicas: 3, quorum: 3, deadlineMs: 1_000, grow, ...more }])
  const drive = new Drive().planned(plan, { budget })
  drive.assign('only', ['1', '2', '3'], schema)
  return drive
}

/** Everybody who was asked last commits; then all reveal who have not, once they are to. */
function answer(drive: Drive, said: Readonly<Record<string, string>>) {
  const asked = drive.task.subtasks.get('only')!.assigned!.chosen
  const committed = asked.flatMap(({ agentId }) => drive.commit('only', agentId))
  return [...committed, ...Object.entries(said).flatMap(([agentId, level]) => drive.result('only', agentId, { level }))]
}

const progressOf = (drive: Drive) => drive.task.subtasks.get('only')!

describe('replicas', () => {
  it('are added one at a time upon a tie, until so many agree that nobody can turn it', () => {
    const drive = begun({ most: 5 })
    expect(typesOf(answer(drive, { 1: 'high', 2: 'low', 3: 'none' })).at(-1)).toBe('ReplicaWanted')
    drive.assign('only', ['4'], schema)
    expect(progressOf(drive).assigned!.answer).toBe('commit')
    expect(typesOf(answer(drive, { 4: 'high' })).at(-1)).toBe('ReplicaWanted')
    drive.assign('only', ['5'], schema)
    const events = answer(drive, { 5: 'high' })
    expect(events.find(({ type }) => type === 'SubtaskAgreed')).toMatchObject({
      attempt: 3,
      since: 1,
      verdict: { accepted: ['1', '4', '5'], deviators: ['2', '3'], confidence: 0.6 },
    })
    expect(drive.task.settlement!.settlement.payments.map(({ agentId }) => agentId)).toEqual(['1', '4', '5'])
    expect(drive.task.settlement!.settlement.penalties.map(({ agentId }) => agentId)).toEqual(['2', '3'])
  })

  it('are not added where these agree', () => {
    const drive = begun({ most: 5 })
    expect(typesOf(answer(drive, { 1: 'high', 2: 'high', 3: 'high' }))).toContain('SubtaskAgreed')
  })

  it('are added for a confidence that is asked for, and what agrees stands when there are no more', () => {
    const drive = begun({ most: 4, until: 0.9 }, { quorum: 2 })
    expect(typesOf(answer(drive, { 1: 'high', 2: 'high', 3: 'low' })).at(-1)).toBe('ReplicaWanted')
    drive.assign('only', ['4'], schema)
    const agreed = answer(drive, { 4: 'high' }).find(({ type }) => type === 'SubtaskAgreed')
    expect(agreed).toMatchObject({ verdict: { confidence: 0.75 } })
  })

  it('are asked before anybody reveals, where too few have committed', () => {
    const drive = begun({ most: 5 })
    drive.commit('only', '1')
    drive.commit('only', '2')
    expect(typesOf(drive.at(2_000))).toEqual(['AttemptExpired', 'ReplicaWanted'])
    drive.assign('only', ['4'], schema)
    expect(typesOf(drive.commit('only', '4'))).toEqual(['ResultCommitted', 'RevealOpened'])
  })

  it('are of domains that were not asked, and one at a time', () => {
    const drive = begun({ most: 5 })
    answer(drive, { 1: 'high', 2: 'low', 3: 'none' })
    expect(drive.assign('only', ['2'], schema)).toEqual([])
    expect(drive.assign('only', ['4', '5'], schema)).toEqual([])
  })

  it('end with nobody left to ask, with the budget, and with the time that an agent may take to be free', () => {
    const tie = (drive: Drive) => answer(drive, { 1: 'high', 2: 'low', 3: 'none' })
    const [nobody, poor, late] = [begun({ most: 5 }), begun({ most: 5 }, {}, 3_500n), begun({ most: 5 })]
    for (const drive of [nobody, poor, late]) tie(drive)
    const ends = [nobody.assign('only', [], schema), poor.assign('only', ['4'], schema), late.at(late.nowMs + 1_000)]
    expect(ends.map(events => events.find(({ type }) => type === 'ReplicasEnded'))).toMatchObject([
      { reason: 'nobody else can be asked' },
      { reason: 'another replica would exceed the budget' },
      { reason: 'nobody else was free in time' },
    ])
    for (const events of ends) expect(typesOf(events).slice(0, 2)).toEqual(['ReplicasEnded', 'AttemptFailed'])
  })

  it('do not count as attempts, and another attempt begins anew', () => {
    const drive = begun({ most: 4 }, { attempts: 2 })
    answer(drive, { 1: 'high', 2: 'low', 3: 'none' })
    drive.assign('only', ['4'], schema)
    expect(typesOf(answer(drive, { 4: 'other' })).at(-1)).toBe('AttemptFailed')
    drive.assign('only', ['5', '6', '7'], schema)
    expect(chosenOf(progressOf(drive)).map(({ agentId }) => agentId)).toEqual(['5', '6', '7'])
    expect(typesOf(answer(drive, { 5: 'high', 6: 'high', 7: 'high' }))).toContain('TaskCompleted')
  })

  it('never are more than the most, whatever they say, and the money is the budget', () => {
    const level = fc.constantFrom('high', 'low', 'none')
    const run = fc.record({
      most: fc.integer({ min: 3, max: 7 }),
      said: fc.array(level, { minLength: 7, maxLength: 7 }),
    })
    fc.assert(
      fc.property(run, ({ most, said }) => {
        const drive = begun({ most }, { attempts: 1, quorum: Math.floor(most / 2) + 1 })
        const all = Object.fromEntries(said.map((level, place) => [`${place + 1}`, level]))
        answer(drive, all)
        for (let next = 4; progressOf(drive).phase === 'growing'; next++) {
          drive.assign('only', [`${next}`], schema)
          answer(drive, all)
        }
        expect(chosenOf(progressOf(drive)).length).toBeLessThanOrEqual(most)
        const { payments, fee, refund, budget } = drive.task.settlement!.settlement
        const paid = payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
        expect(paid + BigInt(fee) + BigInt(refund)).toBe(BigInt(budget))
        const most4 = ['high', 'low', 'none'].map(each => said.slice(0, most).filter(one => one === each).length)
        expect(drive.task.state).toBe(Math.max(...most4) * 2 > most ? 'completed' : 'failed')
      }),
      { numRuns: 100 },
    )
  })
})
