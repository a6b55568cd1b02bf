import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Threat } from '../../agents/weather/threat.ts'
import { exitCodeOf } from '../../cli/exit-codes.ts'
import { type HazardOptions, hazardOf } from '../../cli/hazard-of.ts'
import { keepBundle } from '../../cli/keep-bundle.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { castOf } from '../../scenarios/emergency-response/cast.ts'
import { prepare, respond } from '../../scenarios/emergency-response/respond.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { data, entente, findEvent, readBundle, runScenario } from './run-scenario.ts'

const time = { timeout: 120_000 }
/** Katrina, with all who took part honest: what two tests begin with. */
const honest = once(() => runScenario([]))
const cap = (name: string) => fileURLToPath(new URL(`../agents/hazard/cap/${name}`, import.meta.url))
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
})

describe('hazards that one consortium responds to, in which an agency lies', () => {
  const dir = scratchDir('responding')
  const log = openLog('test', readConfig({ LOG_LEVEL: 'fatal' }))
  let consortium: Consortium

  beforeAll(async () => {
    const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
    const options = { config, cast: castOf('lie'), dir, onStep: () => {}, onDeath: (death: Error) => log.fatal(death) }
    consortium = await startConsortium(options)
  }, 120_000)
  afterAll(() => consortium?.stop())

  /** From the hazard to a bundle that is verified. */
  async function response(options: HazardOptions) {
    // A plan that has opened a task cools down before it opens another: each hazard has one of its own.
    const planId = await prepare(consortium, `Respond to ${options.storm ?? options.alert ?? 'Katrina'}`)
    const watcher = { onAttested: () => {}, onEvent: () => {}, approve: async () => true }
    const task = await respond(consortium, planId, await hazardOf(options), watcher, log)
    const { bundle } = await keepBundle(consortium.nc, task, `${dir}/out`)
    const report = await verifyBundle(bundle, { rpcUrl: consortium.stack.urls.chain, authorize: authorizeByCedar })
    expect(report.findings).toEqual([])
    expect(task.state).toBe('completed')
    return bundle as Bundle
  }

  it('outvotes and fines it, and the result stays within tolerance', time, async () => {
    const bundle = await response({})
    const liar = bundle.parties.find(({ domainId }) => domainId === 'naval-meteorology')!.agentId
    const { deviators } = findEvent(bundle, 'SubtaskAgreed', 'forecast').verdict
    expect(deviators).toEqual([liar])
    const { penalties, payments } = findEvent(bundle, 'SettlementComputed').settlement
    expect(penalties).toMatchObject([{ agentId: liar, fault: 'wrong', subtaskId: 'forecast' }])
    expect(payments.map(({ agentId }) => agentId)).not.toContain(liar)
    const [told, agreed] = [forecastOf(readBundle((await honest()).outcome)), forecastOf(bundle)]
    expect(Math.abs(told.landfall!.lat - agreed.landfall!.lat)).toBeLessThan(3)
    expect(Math.abs(told.landfall!.lon - agreed.landfall!.lon)).toBeLessThan(3)
  })

  it('takes another storm, and asks for no approval below Extreme', time, async () => {
    const bundle = await response({ storm: `${data}storms/hurdat2-ike-2008.csv`, at: '2008-09-12T12:00Z' })
    const { severity } = findEvent(bundle, 'TaskSubmitted').input as { severity: string }
    expect(bundle.events.some(({ event }) => event.type === 'ApprovalRequested')).toBe(severity === 'Extreme')
  })

  it('takes a real tsunami warning, and says what of it cannot be used', time, async () => {
    const bundle = await response({ alert: cap('wcatwc-warning.cap'), at: 'sent' })
    const { unusable } = findEvent(bundle, 'TaskSubmitted').input as { unusable: { why: string }[] }
    expect(unusable.length).toBeGreaterThan(10)
  })

  it('opens nothing for an alert below the thresholds of the response plan, and says which', time, async () => {
    const refusal = await response({ alert: cap('canada_signed.cap'), at: 'sent' }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'THRESHOLD_NOT_MET',
      message: expect.stringContaining('severity 2, threshold 3'),
    })
    expect(exitCodeOf(refusal)).toBe(3)
  })
})

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= run()
    return running
  }
}
