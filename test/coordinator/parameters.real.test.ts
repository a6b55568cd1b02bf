import { Wallet } from 'ethers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { explainChoices } from '../../evidence/explain-choices.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import { usualParameters } from '../../protocol/consortium.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { openRedis } from '../../stack/redis.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { type Counting, startCounting } from '../harness/start-counting.ts'

const soon = { timeout: 40_000, interval: 100 }
let counting: Counting
let consortium: Consortium
let key: string

beforeAll(async () => {
  const dir = scratchDir('parameters')
  counting = await startCounting({ dir })
  consortium = counting.consortium
  key = createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'operator', 'test')
}, 90_000)
afterAll(() => counting?.stop())

async function api<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${consortium.operatorUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

type Configuration = { revision: number; parameters: { key: string; value: number }[] }
const inForce = async (of: string) =>
  (await api<Configuration>('/v1/config')).parameters.find(each => each.key === of)!.value

/** Has the API prepare a change, and signs and sends it as who governs. */
async function govern(change: object, path = '/v1/config/proposals'): Promise<string[]> {
  const { address: from, privateKey } = consortium.accounts.governor
  const governor = new Wallet(privateKey, counting.provider)
  type Proposals = { items: { what: string; transaction: { to: string; data: string; gas: string } }[] }
  const { items } = await api<Proposals>(path, { from, ...change })
  for (const { transaction } of items) {
    const { to, data, gas: gasLimit } = transaction
    expect((await (await governor.sendTransaction({ to, data, gasLimit })).wait())!.status).toBe(1)
  }
  return items.map(({ what }) => what)
}

function count(more: object = {}) {
  const subtasks = [{ id: 'count', skill: 'count-letters@1', replicas: 3, quorum: 2, deadlineMs: 20_000, ...more }]
  const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.count' }
  const wish = { domainId: 'office', goal: 'count', template, input: { word: 'ledger' } }
  return proven(consortium, { ...wish, budget: 9_000_000n, durationS: 240 })
}

/** Of the liar: its stake when it was asked, and what it was fined. */
function fined(events: readonly TaskEvent[]): { stake: bigint; fine: bigint } {
  const { penalties } = events.find(event => event.type === 'SettlementComputed')!.settlement
  expect(penalties).toHaveLength(1)
  const { agentId, amount } = penalties[0]!
  const asked = events.flatMap(event => (event.type === 'SubtaskAssigned' ? event.chosen : []))
  return { stake: BigInt(asked.find(each => each.agentId === agentId)!.stake), fine: BigInt(amount) }
}
const share = ({ stake: at, fine }: ReturnType<typeof fined>, bps: number) =>
  expect(fine).toBe((at * BigInt(bps)) / 10_000n)

it('a coordinator that runs judges the next task by what was changed on chain, and by the old value after a rollback', {
  timeout: 240_000,
}, async () => {
  const usual = usualParameters['wrong-penalty-bps']
  const { pid } = consortium.coordinator
  share(fined((await count()).events), usual)

  // Under way when the rules change: its agents have answered, and a person is asked.
  const underWay = count({ approval: { when: '`true`', reason: 'a person looks', deadlineMs: 120_000 } })
  type Listed = { items: { taskId: string }[] }
  const waiting = async () => (await api<Listed>('/v1/tasks?state=input-required')).items
  await expect.poll(async () => (await waiting()).length, soon).toBe(1)

  // Without Redis nothing changes but that nobody finds there what others have read.
  const redis = consortium.stack.servers.find(({ name }) => name === 'redis')!
  process.kill(redis.pid, 'SIGKILL')
  expect(await govern({ action: 'set', key: 'wrong-penalty-bps', value: '1000' })).toEqual([
    'set wrong-penalty-bps=1000',
  ])
  await govern({ action: 'set', key: 'reputation-decay-bps', value: '0' })
  await expect.poll(() => inForce('wrong-penalty-bps'), soon).toBe(1_000)
  await expect.poll(() => inForce('reputation-decay-bps'), soon).toBe(0)
  await redis.restart()

  const { taskId } = (await waiting())[0]!
  type Task = { approvals: { subtaskId: string; contentHash: string }[] }
  const [approval] = (await api<Task>(`/v1/tasks/${taskId}`)).approvals
  await api(`/v1/tasks/${taskId}/approvals/count`, { contentHash: approval!.contentHash, granted: true })
  share(fined((await underWay).events), usual)

  share(fined((await count()).events), 1_000)

  expect(await govern({ action: 'rollback', revision: 0 })).toEqual([
    `set wrong-penalty-bps=${usual}`,
    'set reputation-decay-bps=9500',
  ])
  await expect.poll(() => inForce('wrong-penalty-bps'), soon).toBe(usual)
  const last = await count()
  share(fined(last.events), usual)
  // Of three good words the first is of the epoch that the change of rules ended, and has faded whole.
  const [choice] = explainChoices(last.task.taskId, last.events)
  const records = Object.fromEntries(choice!.candidates.map(({ known }) => [known.domainId, known.record]))
  expect(records.one).toEqual([2, 0, 2, 0])

  type History = { items: { revision: number; key: string; value: string; blockNumber: number }[] }
  const { items } = await api<History>('/v1/config/history')
  expect(items.map(({ revision, key: of, value }) => [revision, of, value])).toEqual([
    [4, 'reputation-decay-bps', '9500'],
    [3, 'wrong-penalty-bps', `${usual}`],
    [2, 'reputation-decay-bps', '0'],
    [1, 'wrong-penalty-bps', '1000'],
  ])
  const read = openRedis(consortium.stack.urls.redis)
  const keptRevisions = async () => {
    const [name] = await read.keys('entente:parameters:*').catch(() => [])
    const snapshot = name && (await read.hget(name, 'snapshot').catch(() => null))
    return snapshot ? JSON.parse(snapshot).changes.length : 0
  }
  await expect.poll(keptRevisions, soon).toBe(4)
  read.disconnect()
  expect(consortium.coordinator.pid).toBe(pid)
  expect(() => process.kill(pid, 0)).not.toThrow()
})

it('contracts are taken through their life by what the API prepares, for who may, and nothing that the chain would refuse', {
  timeout: 120_000,
}, async () => {
  const path = '/v1/contracts/Rounds/proposals'
  type Contracts = { items: { name: string; state: string }[] }
  const state = async () => (await api<Contracts>('/v1/contracts')).items.find(({ name }) => name === 'Rounds')!.state
  for (const [action, becomes] of [
    ['freeze', 'frozen'],
    ['unfreeze', 'active'],
    ['retire', 'retired'],
  ]) {
    expect(await govern({ action }, path)).toEqual([`make Rounds ${becomes}`])
    await expect.poll(state, soon).toBe(becomes)
  }
  await expect(govern({ action: 'unfreeze' }, path)).rejects.toThrow('CONTRACT_RETIRED')
  await expect(govern({ action: 'deploy' }, path)).rejects.toThrow('is not upgradeable')
  await expect(govern({ action: 'upgrade' }, '/v1/contracts/IdentityRegistry/proposals')).rejects.toThrow(
    /runs 0x\w+ already/,
  )
  await expect(govern({ action: 'freeze' }, '/v1/contracts/Nothing/proposals')).rejects.toThrow('COMMAND_INVALID')
  const stranger = `0x${'ee'.repeat(20)}`
  const freeze = { action: 'freeze', from: stranger }
  await expect(api('/v1/contracts/Demands/proposals', freeze)).rejects.toThrow(/403 .*neither governs nor proposes/)
  await expect(govern({ action: 'withdraw', key: 'fee-bps' })).rejects.toThrow('no change of fee-bps is announced')
  await expect(govern({ action: 'rollback', revision: 99 })).rejects.toThrow('there is no revision 99')
})
