import { describe, expect, it } from 'vitest'
import { auditBatch } from '../../../../coordinator/flow/batch/audit-batch.ts'
import { headerOf } from '../../../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger } from '../../../../coordinator/flow/batch/build-batch.ts'
import type { ChainFacts } from '../../../../coordinator/flow/batch/chain-facts.ts'
import { type KeptEntry, settledTaskOf } from '../../../../coordinator/flow/batch/settled-task.ts'
import { whyNoLine } from '../../../../coordinator/flow/by-batch.ts'
import { lineFaults } from '../../../../protocol/batch.ts'
import { leafHash, leafOf } from '../../../../protocol/evidence.ts'
import type { Hex } from '../../../../protocol/hash.ts'
import { drawFrom, randomTask } from '../../../evidence/random-task.ts'
import { SimulatedRun } from '../../../evidence/simulated-run.ts'
import { domainOf, ordered, simulated } from '../../../evidence/simulated-setting.ts'
import { type Simulated, simulateTask } from '../../../evidence/simulated-task.ts'

const noData: Hex = `0x${'00'.repeat(32)}`

/** Each event in a leaf of its own, after leaves of others. */
function kept({ task, events }: Pick<Simulated, 'task' | 'events'>): KeptEntry[] {
  return events.map((event, first) => ({
    events: [event],
    leaf: leafHash(leafOf(task.taskId, first, [event])),
    index: first + 3,
  }))
}

function batchOf(simulation: Simulated) {
  const entries = kept(simulation)
  const settled = settledTaskOf(simulation.task.taskId, entries)
  const ledger = buildLedger([settled], [])
  const facts: ChainFacts = {
    domain: domainOf(simulated),
    token: settled.order.token,
    maxFeeBps: 500n,
    postedAt: settled.order.deadline,
    graceSeconds: 0n,
    parent: [],
    isSpent: () => false,
    isSettled: () => false,
    spokeFor: () => true,
    evidenceAt: index => entries.find(entry => BigInt(entry.index) === index)?.leaf ?? null,
  }
  const batch = headerOf(ledger, { parent: 0n, data: noData, evidenceSize: BigInt(entries.length + 3) })
  return { settled, ledger, batch, facts }
}

function expectRight(simulation: Simulated): void {
  const { ledger, batch, facts } = batchOf(simulation)
  const { settlement, settlementHash } = simulation.task.settlement!
  expect(auditBatch(batch, ledger, facts)).toEqual([])
  const paid = ledger.payments.map(({ agentId, amount }) => ({ agentId: `${agentId}`, amount: `${amount}` }))
  expect(paid.filter(({ amount }) => amount !== '0')).toEqual(settlement.payments)
  const fined = ledger.penalties.map(({ agentId, amount, fault }) => [`${agentId}`, `${amount}`, lineFaults[fault]])
  expect(fined).toEqual(settlement.penalties.map(({ agentId, amount, fault }) => [agentId, amount, fault]))
  const [line] = ledger.tasks
  expect(line!.evidence).toBe(settlementHash)
  expect(line!.debited).toBe(BigInt(settlement.budget) - BigInt(settlement.refund))
}

describe('what a batch says of a task', () => {
  it('follows from its log: pays and fines what its settlement does, and nobody can dispute it', () => {
    let [lines, penalties] = [0, 0]
    for (let seed = 0; seed < 60; seed++) {
      const simulation = randomTask(drawFrom(seed))
      if (!simulation.task.settlement || whyNoLine(simulation.task) !== null) continue
      expectRight(simulation)
      lines++
      penalties += simulation.task.settlement.settlement.penalties.length
    }
    expect(lines).toBeGreaterThan(20)
    expect(penalties).toBeGreaterThan(5)
  })

  it('names the leaf that states a fault', () => {
    const simulation = simulateTask('completed')
    const { ledger } = batchOf(simulation)
    const stated = simulation.events.findIndex(
      event => event.type === 'SubtaskAgreed' && event.verdict.deviators.length > 0,
    )
    expect(ledger.penalties.map(({ evidenceIndex }) => evidenceIndex)).toContain(BigInt(stated + 3))
  })

  it('is the same of replicas that were added one at a time: each has its receipt in an attempt of its own', () => {
    const subtasks = [{ id: 'count', skill: 'count@1', replicas: { start: 2, most: 3 } }]
    const template = { name: 'counted', version: '1.0.0', title: 'Counted one by one', subtasks }
    const run = new SimulatedRun(simulated, { ordered: ordered(template, {}, '50000000') })
    run.open()
    for (const said of [{ 3: 1, 5: 2 }, { 8: 2 }]) {
      run.assign('count', Object.keys(said))
      for (const [agentId, n] of Object.entries(said)) run.commit('count', agentId, { n })
      for (const [agentId, n] of Object.entries(said)) run.result('count', agentId, { n })
    }
    const { task, events } = run
    expect(events).toContainEqual(expect.objectContaining({ type: 'SubtaskAgreed', attempt: 2, since: 1 }))
    const simulation = { task, events, template }
    expectRight(simulation)
    const { receipts, penalties } = batchOf(simulation).settled
    expect(receipts.map(({ agentId, attempt }) => [agentId, attempt])).toEqual([
      [5n, 1],
      [8n, 2],
    ])
    expect(penalties).toMatchObject([{ agentId: 3n, attempt: 1 }])
  })

  it('is not to be had of a log without a settlement', () => {
    const { task, events } = simulateTask('completed')
    const before = events.slice(0, 5)
    expect(() => settledTaskOf(task.taskId, kept({ task, events: before }))).toThrow('has no settlement to say')
  })
})

describe('a task that no line can settle', () => {
  it('is one in which somebody is paid for taking something back', () => {
    expect(whyNoLine(simulateTask('undone').task)).toBe('somebody is paid for taking something back')
  })

  it('is one that fines what a batch cannot', () => {
    const { task } = simulateTask('completed')
    const computed = task.settlement!
    const [penalty] = computed.settlement.penalties
    const settlement = { ...computed.settlement, penalties: [{ ...penalty!, fault: 'late' as const }] }
    expect(whyNoLine({ ...task, settlement: { ...computed, settlement } })).toMatch(/cannot fine .*: late/)
  })
})
