import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { TaskEntry, TaskEvent } from '../../protocol/events.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'

/** 2005-08-28T12:00:00Z */
export const startMs = 1_125_230_400_000
const signature: Hex = `0x${'ab'.repeat(65)}`
const address = (n: number): Hex => `0x${n.toString(16).padStart(40, '0')}`
const hash = (name: string): Hex => sha256(name)

export const approver = address(0xa)
export const requester = address(0xb)
const output = { landfall: 'Buras', windKt: 110 }
export const bundleText = '{"format":"entente.bundle/2"}'

export const taskIdOf = (name: string): Hex => hash(`task ${name}`)

const choice = (agentId: string, domainId: string) => ({
  agentId,
  domainId,
  wallet: address(100 + Number(agentId)),
  price: '1000',
  stake: '50000',
  score: 0.5,
  reasons: ['cheapest'],
})

const subtask = (id: string, after: string[]) => ({
  id,
  title: id,
  skill: 'forecast-threat@1',
  after,
  input: 'input',
  replicas: 3,
  quorum: 2,
  deadlineMs: 1000,
  attempts: 2,
  approval: null,
  weight: 1,
})

const attempt = { subtaskId: 'forecast', attempt: 1 }
const committed = (agentId: string): TaskEvent => ({
  type: 'ResultCommitted',
  atMs: startMs + 30,
  ...attempt,
  agentId,
  commitment: hash(agentId),
  signature,
})

/**
 * A task's whole life, entry by entry: three agencies asked, one deviates and one is silent, an approval, a settlement,
 * a proof.
 */
export function historyOf(name: string, change: { domainId?: string; goal?: string } = {}): TaskEntry[] {
  const taskId = taskIdOf(name)
  const result = (agentId: string, value: Json): TaskEvent => ({
    type: 'ResultReceived',
    atMs: startMs + 50,
    ...attempt,
    agentId,
    answer: {
      kind: 'result',
      output: value,
      signature,
      salt: hash('salt'),
      receipt: {
        taskId,
        ...attempt,
        agentId,
        inputHash: hash('input'),
        outputHash: contentHash(value),
        startedAtMs: startMs + 10,
        finishedAtMs: startMs + 20,
      },
    },
  })
  const verdict = {
    outcome: 'agreed' as const,
    accepted: ['0'],
    deviators: ['2'],
    deviations: [{ agentId: '2', field: '/windKt', got: 170, merged: 110 }],
    noShows: ['12'],
    unrevealed: [],
    confidence: 1 / 3,
    outputHash: contentHash(output),
  }
  const contentOf = { subtaskId: 'forecast', contentHash: contentHash(output) }
  const entries: TaskEvent[][] = [
    [
      {
        type: 'TaskSubmitted',
        atMs: startMs,
        authority: {
          by: 'response-plan',
          planId: hash('plan'),
          alertHash: hash('alert'),
          specHash: hash('spec'),
          contract: address(1),
          txHash: hash('tx'),
          blockNumber: 7,
        },
        requester: { address: requester, domainId: change.domainId ?? 'emergency' },
        spec: {
          goal: change.goal ?? 'Respond to Katrina',
          template: hash('template'),
          policy: { approvers: [approver], onSilence: 'deny' },
        },
        input: { storm: 'AL122005' },
        budget: '1000000',
        deadlineMs: startMs + 600_000,
        terms: { feeBps: 100, penaltyBps: { noShow: 100, wrong: 1000, unrevealed: 2000 } },
      },
      { type: 'TaskFunded', atMs: startMs + 1, txHash: hash('fund'), blockNumber: 7 },
    ],
    [
      {
        type: 'TaskScreened',
        atMs: startMs + 2,
        decision: 'permit',
        policy: { id: 'default', version: '1' },
        reasons: ['nothing forbids it'],
      },
    ],
    [
      {
        type: 'TaskPlanned',
        atMs: startMs + 3,
        planHash: hash('planned'),
        plan: {
          template: { name: 'emergency-response', version: '1.0.0', hash: hash('template') },
          subtasks: [subtask('forecast', []), subtask('notice', ['forecast'])],
          output: 'outputs',
        },
      },
    ],
    [
      {
        type: 'SubtaskAssigned',
        atMs: startMs + 10,
        ...attempt,
        skill: 'forecast-threat@1',
        input: { storm: 'AL122005' },
        inputHash: hash('input'),
        outputSchema: {},
        answer: 'commit',
        deadlineMs: startMs + 1010,
        chosen: [choice('0', 'weather-a'), choice('2', 'weather-b'), choice('12', 'weather-c')],
        passedOver: [{ agentId: '7', domainId: 'weather-a', why: 'its domain is asked already' }],
      },
    ],
    [committed('0')],
    [committed('2')],
    [
      { type: 'AttemptExpired', atMs: startMs + 40, ...attempt, silent: ['12'], phase: 'commit' },
      { type: 'RevealOpened', atMs: startMs + 40, ...attempt, deadlineMs: startMs + 1040 },
    ],
    [result('0', output)],
    [
      result('2', { ...output, windKt: 170 }),
      { type: 'SubtaskAgreed', atMs: startMs + 60, ...attempt, verdict, output },
      {
        type: 'ApprovalRequested',
        atMs: startMs + 60,
        ...contentOf,
        reason: 'severity is Extreme',
        deadlineMs: startMs + 60_000,
        onSilence: 'deny',
      },
    ],
    [
      {
        type: 'ApprovalAnswered',
        atMs: startMs + 90,
        ...contentOf,
        granted: true,
        by: { approver, signedAtMs: startMs + 89, signature },
      },
      {
        type: 'SubtaskCompleted',
        atMs: startMs + 90,
        subtaskId: 'forecast',
        outputHash: contentHash(output),
      },
    ],
    [
      { type: 'SubtaskCompleted', atMs: startMs + 95, subtaskId: 'notice', outputHash: hash('notice') },
      { type: 'TaskCompleted', atMs: startMs + 100, output, outputHash: contentHash(output) },
      {
        type: 'ContributionMeasured',
        atMs: startMs + 100,
        contribution: { whole: '1', shares: [{ agentId: '0', share: '1' }] },
        contributionHash: hash('contribution'),
      },
      {
        type: 'SettlementComputed',
        atMs: startMs + 100,
        settlement: {
          taskId,
          budget: '1000000',
          payments: [{ agentId: '0', amount: '1000' }],
          penalties: [
            { agentId: '2', amount: '5000', fault: 'wrong', subtaskId: 'forecast', evidence: hash('wrong') },
            { agentId: '12', amount: '500', fault: 'no-show', subtaskId: 'forecast', evidence: hash('silent') },
          ],
          fee: '10',
          refund: '998990',
          contribution: hash('contribution'),
        },
        settlementHash: hash('settlement'),
      },
    ],
    [{ type: 'TaskSettled', atMs: startMs + 400, txHash: hash('settle'), blockNumber: 9 }],
    [
      {
        type: 'TaskProven',
        atMs: startMs + 700,
        size: 24,
        root: hash('root'),
        txHash: hash('checkpoint'),
        blockNumber: 10,
        bundle: sha256(bundleText),
      },
    ],
  ]
  let first = 0
  return entries.map(events => {
    const entry = { taskId, first, events }
    first += events.length
    return entry
  })
}
