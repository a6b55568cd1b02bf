import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Threat } from '../../agents/weather/threat.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { runProgram } from '../harness/run-program.ts'
import { data, entente, findEvent, readBundle, runScenario } from './run-scenario.ts'

const time = { timeout: 120_000 }
/** Katrina, with all who took part honest: what two tests begin with. */
const honest = once(() => runScenario([]))
const forecastOf = (bundle: Bundle) => Threat.parse(findEvent(bundle, 'SubtaskAgreed', 'forecast').output)

describe('the emergency response', () => {
  it('takes Katrina through five departments to a result that is verified and paid for', time, async () => {
    const { code, stderr, outcome } = await honest()
    expect(stderr).toBe('')
    expect(outcome).toMatchObject({ state: 'completed', verified: true, deviators: [] })
    expect(code).toBe(0)
    const bundle = readBundle(outcome)
    expect(bundle.events.filter(({ event }) => event.type === 'SubtaskCompleted')).toHaveLength(5)
    expect(findEvent(bundle, 'ApprovalAnswered').granted).toBe(true)
    const { payments, penalties, fee, refund, budget } = findEvent(bundle, 'SettlementComputed').settlement
    expect(payments).toHaveLength(7)
    expect(penalties).toEqual([])
    const paid = payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
    expect(paid + BigInt(fee) + BigInt(refund)).toBe(BigInt(budget))
    const verify = await runProgram(entente, ['verify', outcome.bundle]).end
    expect(verify).toMatchObject({ code: 0, stdout: expect.stringContaining('The bundle holds') })
  })

  it('outvotes and fines an agency that lies, and its result stays within tolerance', time, async () => {
    const lie = await runScenario(['--faulty', 'lie'])
    const bundle = readBundle(lie.outcome)
    expect(lie).toMatchObject({ code: 0, outcome: { state: 'completed', verified: true } })
    expect(lie.outcome.deviators).toHaveLength(1)
    const liar = bundle.parties.find(({ domainId }) => domainId === 'naval-meteorology')!.agentId
    expect(lie.outcome.deviators).toEqual([liar])
    expect(findEvent(bundle, 'SettlementComputed').settlement.penalties).toMatchObject([
      { agentId: liar, fault: 'wrong', subtaskId: 'forecast' },
    ])
    expect(findEvent(bundle, 'SettlementComputed').settlement.payments.map(({ agentId }) => agentId)).not.toContain(
      liar,
    )
    const [told, agreed] = [forecastOf(readBundle((await honest()).outcome)), forecastOf(bundle)]
    expect(Math.abs(told.landfall!.lat - agreed.landfall!.lat)).toBeLessThan(3)
    expect(Math.abs(told.landfall!.lon - agreed.landfall!.lon)).toBeLessThan(3)
  })

  it('goes on without an agency that stays silent, and fines it', time, async () => {
    const { code, outcome } = await runScenario(['--faulty', 'silent'])
    expect({ code, ...outcome }).toMatchObject({ code: 0, state: 'completed', verified: true, deviators: [] })
    const bundle = readBundle(outcome)
    const silent = bundle.parties.find(({ domainId }) => domainId === 'naval-meteorology')!.agentId
    expect(findEvent(bundle, 'SubtaskAgreed', 'forecast').verdict.noShows).toEqual([silent])
    expect(findEvent(bundle, 'SettlementComputed').settlement.penalties).toMatchObject([
      { agentId: silent, fault: 'no-show' },
    ])
  })

  it('takes another storm, and asks for no approval below Extreme', time, async () => {
    const { code, outcome } = await runScenario([
      '--storm',
      `${data}storms/hurdat2-ike-2008.csv`,
      '--at',
      '2008-09-12T12:00Z',
    ])
    expect({ code, ...outcome }).toMatchObject({ code: 0, state: 'completed', verified: true })
    const bundle = readBundle(outcome)
    const { severity } = findEvent(bundle, 'TaskSubmitted').input as { severity: string }
    expect(bundle.events.some(({ event }) => event.type === 'ApprovalRequested')).toBe(severity === 'Extreme')
  })

  it('takes a real tsunami warning, and says what of it cannot be used', time, async () => {
    const alert = fileURLToPath(new URL('../agents/hazard/cap/wcatwc-warning.cap', import.meta.url))
    const { code, outcome } = await runScenario(['--alert', alert, '--at', 'sent'])
    expect({ code, ...outcome }).toMatchObject({ code: 0, state: 'completed', verified: true })
    const bundle = readBundle(outcome)
    const { unusable } = findEvent(bundle, 'TaskSubmitted').input as { unusable: { why: string }[] }
    expect(unusable.length).toBeGreaterThan(10)
    const report = await verifyBundle(bundle)
    expect(report.findings).toEqual([])
  })

  it('opens nothing for an alert below the thresholds of the response plan, and says which', time, async () => {
    const alert = fileURLToPath(new URL('../agents/hazard/cap/canada_signed.cap', import.meta.url))
    const { code, lines } = await runScenario(['--alert', alert, '--at', 'sent'])
    expect(code).toBe(3)
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      error: { code: 'THRESHOLD_NOT_MET', message: expect.stringContaining('severity 2, threshold 3') },
    })
  })
})

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= run()
    return running
  }
}
