import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { headerOf, type Ledger } from '../../../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger, type SettledTask } from '../../../../coordinator/flow/batch/build-batch.ts'
import { settledTaskOf } from '../../../../coordinator/flow/batch/settled-task.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import { readBatchFile, writeBatchFile } from '../../../../coordinator/settlement/batch-file.ts'
import { type ChainReader, openChainReader } from '../../../../coordinator/settlement/chain-reader.ts'
import { claimEarnings } from '../../../../coordinator/settlement/claim.ts'
import { followEvidence } from '../../../../coordinator/settlement/evidence-leaves.ts'
import { readKeptEntries } from '../../../../coordinator/settlement/kept-entries.ts'
import { makeStatement } from '../../../../coordinator/settlement/statement/make-statement.ts'
import { verifyBundle } from '../../../../evidence/verify.ts'
import { withoutBigints } from '../../../../protocol/batch-json.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../../../protocol/events.ts'
import type { Bundle } from '../../../../protocol/evidence.ts'
import type { Hex } from '../../../../protocol/hash.ts'
import { subjects } from '../../../../protocol/subjects.ts'
import { TowerFigures } from '../../../../protocol/tower-figures.ts'
import { perform } from '../../../../registry/perform.ts'
import { followTask } from '../../../../scenarios/consortium/follow-task.ts'
import { orderTask, submit } from '../../../../scenarios/consortium/order-task.ts'
import type { Consortium } from '../../../../scenarios/consortium/start-consortium.ts'
import { getArtifact, putArtifact } from '../../../../stack/artifacts.ts'
import { ask } from '../../../../stack/ask.ts'
import { openLog } from '../../../../stack/log.ts'
import { scratchDir } from '../../../harness/scratch-dir.ts'
import { type Counting, stake, startCounting } from '../../../harness/start-counting.ts'

const log = openLog('test', { LOG_LEVEL: 'silent' })
const env = { ENTENTE_SETTLEMENT: 'batch', ENTENTE_SETTLE_TASKS: '3', ENTENTE_SETTLE_SECONDS: '86400' }
const daySeconds = 86_400
const deposited = 100_000_000n
let counting: Counting
let consortium: Consortium
let reader: ChainReader
const following: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  counting = await startCounting({ dir: scratchDir('settler'), env, deposited })
  consortium = counting.consortium
  reader = openChainReader(counting.provider, consortium.chain)
}, 90_000)
afterAll(async () => {
  await Promise.all(following.map(each => each.stop()))
  await counting?.stop()
})

const subtasks = [
  { id: 'count', skill: 'count-letters@1', replicas: 3, quorum: 2, deadlineMs: 20_000 },
  {
    ...{ id: 'write', skill: 'add-line@1', after: ['count'], deadlineMs: 20_000 },
    input: '{ lines: `[]`, line: to_string(outputs.count.letters) }',
  },
]
const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.write' }

interface Ordered {
  readonly taskId: Hex
  readonly ended: Promise<Task>
  until<T extends TaskEvent['type']>(type: T): Promise<TaskEventOf<T>>
}

async function order(word: string, settlement?: 'single'): Promise<Ordered> {
  const what = { domainId: 'office', goal: 'count', template, input: { word }, budget: 9_000_000n, durationS: 864_000 }
  const wish = { ...what, ...(settlement ? { settlement } : {}) }
  const taskId = await submit(consortium, await orderTask(consortium, wish))
  const events: TaskEvent[] = []
  let wake = Promise.withResolvers<void>()
  const follower = followTask(consortium.nc, taskId, {
    log,
    onEvent(event) {
      events.push(event)
      wake.resolve()
      wake = Promise.withResolvers()
    },
  })
  following.push(follower)
  return {
    taskId,
    ended: follower.ended,
    async until(type) {
      for (;;) {
        const found = events.find(event => event.type === type)
        if (found) return found as never
        await wake.promise
      }
    },
  }
}

async function passWindow(): Promise<void> {
  await counting.provider.send('evm_increaseTime', [daySeconds + 60])
  await counting.provider.send('evm_mine', [])
}

async function bundleOf({ proven }: Task): Promise<Bundle> {
  return JSON.parse(Buffer.from(await getArtifact(consortium.nc, proven!.bundle)).toString('utf8'))
}

const balanceOf = (account: Hex) => reader.read('Escrow', 'balanceOf', [account])

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen) return seen
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

async function towerFigures(): Promise<TowerFigures> {
  const { nc } = consortium
  return TowerFigures.parse(await ask(nc, subjects.towerFigures, null, { timeoutMs: 5_000, silence: 'CHAIN_SLOW' }))
}

/** What a settlement pays, fines and takes of its budget. */
const settlementOf = ({ settlement }: Task) => settlement!.settlement

/** A batch that is built of these tasks as a settler would, but for what is done to them, or to their lines. */
async function postSpoilt(
  taskIds: readonly Hex[],
  on: { id: bigint; data: Hex },
  spoil: { task?: (right: SettledTask) => SettledTask; lines?: (right: Ledger) => Ledger },
): Promise<void> {
  const { task = right => right, lines = right => right } = spoil
  const { nc, accounts } = consortium
  const jsm = await jetstreamManager(nc)
  const evidence = await followEvidence(nc, log)
  following.push(evidence)
  const settled = await Promise.all(
    taskIds.map(async taskId => {
      const entries = await until(async () => {
        const kept = await readKeptEntries(jsm, evidence, taskId)
        return Array.isArray(kept) && kept
      })
      return task({ ...settledTaskOf(taskId, entries), penalties: [] })
    }),
  )
  const { earnings: parent } = readBatchFile(await getArtifact(nc, on.data))!
  const right = buildLedger(settled, parent)
  const wrong = lines(right)
  const data = await putArtifact(nc, writeBatchFile(wrong))
  const batch = headerOf(wrong, { parent: on.id, data, evidenceSize: 0n })
  const args = [withoutBigints(batch) as Json]
  const from = accounts.settler.address
  await perform(nc, { operation: 'post-spoilt', businessId: `${on.id}`, from, contract: 'Batches', call: 'post', args })
}

/** Moves so much from the second payment to the first: all totals still go on from one another. */
function withFirstTwo(ledger: Ledger, moved: bigint): Ledger {
  const [first, second] = ledger.payments.map(({ agentId }) => agentId)
  const change = (agentId: bigint) => (agentId === first ? moved : agentId === second ? -moved : 0n)
  const payments = ledger.payments.map((line, index) => ({
    ...line,
    amount: line.amount + (index < 2 ? change(line.agentId) : 0n),
    earned: line.earned + change(line.agentId),
  }))
  const earnings = ledger.earnings.map((line, agentId) => ({
    ...line,
    cumulative: line.cumulative + change(BigInt(agentId)),
  }))
  return { ...ledger, payments, earnings }
}

it('tasks are settled by batches, whose settler dies on the way; a wrong batch falls, and its tasks are settled by another', {
  timeout: 240_000,
}, async () => {
  const { accounts, stack, members, nc, chain, agents } = consortium
  const office = accounts.admins.get('office')!.address
  const settler = members.find(({ role }) => role === 'settler')!

  const single = await order('alone', 'single')
  const first = await Promise.all(['ledger', 'escrow', 'bond'].map(word => order(word)))
  await first[0]!.until('TaskBatched')
  process.kill(settler.pid, 'SIGKILL')
  await settler.restart()
  const batched = await Promise.all(first.map(each => each.until('TaskBatched')))
  expect(new Set(batched.map(({ batch }) => batch))).toEqual(new Set(['1']))
  expect(new Set(batched.map(({ line }) => line))).toEqual(new Set([0, 1, 2]))
  await passWindow()
  const tasks = await Promise.all(first.map(({ ended }) => ended))
  const alone = await single.ended
  expect(alone).toMatchObject({ settled: true, batch: null })
  expect(await reader.read('Batches', 'latest', [])).toBe(1n)

  for (const task of tasks) {
    const bundle = await bundleOf(task)
    const report = await verifyBundle(bundle, { rpcUrl: stack.urls.chain })
    expect(report.findings).toEqual([])
    expect(report.checks.find(({ name }) => name === 'batch')!.count).toBeGreaterThan(4)
    const line = bundle.batch!.payments[0]!.line as { amount: string }
    line.amount = `${BigInt(line.amount) + 1n}`
    const { findings } = await verifyBundle(bundle)
    expect(findings.map(({ where }) => where)).toContain('/batch/payments/0/line/amount')
  }

  const second = await Promise.all(['wrong', 'line'].map(word => order(word)))
  await Promise.all(second.map(each => each.until('SettlementComputed')))
  const before = await balanceOf(office)
  const [{ data }] = batched as [TaskEventOf<'TaskBatched'>]
  const spoilt = second.map(({ taskId }) => taskId)
  await postSpoilt(spoilt, { id: 1n, data }, { lines: right => withFirstTwo(right, 1n) })
  await until(async () => (await reader.read('Batches', 'tip', [])) === 1n)
  await until(async () => (await balanceOf(office)) === before)
  expect(await towerFigures()).toMatchObject({ condemned: 1, condemnedByUs: 1, right: 1 })

  second.push(await order('right'))
  const again = await Promise.all(second.map(each => each.until('TaskBatched')))
  expect(new Set(again.map(({ batch }) => batch))).toEqual(new Set(['3']))
  await passWindow()
  tasks.push(...(await Promise.all(second.map(({ ended }) => ended))))
  for (const task of tasks.slice(3)) {
    const report = await verifyBundle(await bundleOf(task), { rpcUrl: stack.urls.chain })
    expect(report.findings).toEqual([])
  }

  const sum = (amounts: readonly string[]) => amounts.reduce((all, amount) => all + BigInt(amount), 0n)
  const spent = [...tasks, alone].map(settlementOf).map(({ budget, refund }) => `${BigInt(budget) - BigInt(refund)}`)
  expect(await balanceOf(office)).toBe(deposited - sum(spent))
  for (const { agentId } of agents) {
    const paymentsIn = (of: readonly Task[]) =>
      sum(
        of.flatMap(task => settlementOf(task).payments.flatMap(each => (each.agentId === agentId ? each.amount : []))),
      )
    const penalties = [...tasks, alone].flatMap(task => settlementOf(task).penalties)
    const fined = sum(penalties.flatMap(each => (each.agentId === agentId ? each.amount : [])))
    const paid = paymentsIn(tasks)
    if (paid > 0n) {
      const claimed = await claimEarnings({ nc, log, reader }, agentId)
      expect(claimed).toMatchObject({ batch: '3', amount: `${paid}` })
    }
    const period = { fromMs: 0, toMs: Date.now() + 30 * daySeconds * 1_000 }
    // The events of its last blocks come a moment later; what is there reconciles, or nothing is said.
    const { movements, closing } = await until(async () => {
      const statement = await makeStatement({ nc, log, chain, node: counting.provider, of: { agentId }, period })
      const [own] = statement.agents
      return own!.closing.claimed === paid && own!
    })
    expect(closing.purse).toBe(paid + paymentsIn([alone]))
    const moved = (what: string) => sum(movements.filter(each => each.what === what).map(({ amount }) => `${amount}`))
    expect(moved('earned, claimed from batches')).toBe(paid)
    expect(moved('earned, settled directly')).toBe(paymentsIn([alone]))
    expect(moved('penalty imposed: stake held')).toBe(fined < stake ? fined : stake)
  }

  // Its lines agree with one another, so that no contract can see it; the log of its task says that it pays too little.
  const last = await order('little')
  await last.until('SettlementComputed')
  const on = { id: 3n, data: again[0]!.data }
  await postSpoilt([last.taskId], on, { task: right => ({ ...right, pool: right.pool - 1n }) })
  const open = await until(async () => (await towerFigures()).open.find(({ verdict }) => verdict !== 'unjudged'))
  expect(open).toMatchObject({ id: '4', verdict: 'contradicted', unlogged: 0 })
  expect(open.why).toMatch(/pool of the task is "\d+", not "\d+"/)
})
