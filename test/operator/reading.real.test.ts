import { beforeAll, expect, test } from 'vitest'
import { sha256 } from '../../protocol/hash.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { adminA, admit, card, enrolled, messageId, messageLife, Publisher, walletA } from '../views/publish.ts'
import { approver, bundleText, historyOf, startMs, taskIdOf } from '../views/sample-task.ts'
import { withApi } from './with-api.ts'

const api = withApi()
const katrina = taskIdOf('katrina')
type Page<T> = { items: T[]; next: string | null }
type Item = Record<string, unknown>

beforeAll(async () => {
  const publish = new Publisher(api.nc)
  await publish.entries(historyOf('katrina'))
  await publish.entries(historyOf('waiting', { domainId: 'police' }).slice(0, 9))
  await publish.leaves([
    { taskId: katrina, first: 0, events: [{ type: 'TaskSubmitted', hash: sha256('0') }] },
    { taskId: taskIdOf('waiting'), first: 0, events: [{ type: 'TaskSubmitted', hash: sha256('1') }] },
  ])
  await publish.life(messageLife)
  await publish.card(card)
  await publish.chain([
    admit('weather', adminA),
    ...enrolled('0', 'weather', adminA, walletA),
    ...enrolled('1', 'weather', adminA, walletA),
    { contract: 'EvidenceLog', event: 'Checkpointed', args: { size: '2', root: sha256('root') } },
  ])
  await putArtifact(api.nc, Buffer.from(bundleText))
  await api.caughtUp()
})

test('a task, from goal to money', async () => {
  const task = await api.get<Item & { subtasks: Item[] }>(`/v1/tasks/${katrina}`)
  expect(task).toMatchObject({
    taskId: katrina,
    state: 'completed',
    template: { name: 'emergency-response', version: '1.0.0' },
    input: { storm: 'AL122005' },
    output: { landfall: 'Buras', windKt: 110 },
    contribution: { whole: '1', shares: [{ agentId: '0', share: '1' }] },
    events: 21,
    settledAtMs: startMs + 400,
    bundle: sha256(bundleText),
    approvals: [{ subtaskId: 'forecast', answer: { granted: true, approver } }],
  })
  expect(task.subtasks.map(({ subtaskId, after }) => [subtaskId, after])).toEqual([
    ['forecast', []],
    ['notice', ['forecast']],
  ])
  expect(task.subtasks[0]).toMatchObject({
    phase: 'completed',
    passedOver: [{ agentId: '7', why: 'its domain is asked already' }],
    assignments: [
      { agentId: '0', reasons: ['cheapest'], standing: 'accepted' },
      { agentId: '2', standing: 'deviated' },
      { agentId: '12', standing: 'no-show', answeredAtMs: null },
    ],
  })
  expect(task).toHaveProperty(['money', 1], {
    kind: 'penalty',
    agentId: '2',
    amount: '5000',
    fault: 'wrong',
    subtaskId: 'forecast',
  })
})

test('an approval that is open says what it is about', async () => {
  const task = await api.get<Item>(`/v1/tasks/${taskIdOf('waiting')}`)
  expect(task).toMatchObject({
    state: 'input-required',
    openApprovals: 1,
    approvals: [{ reason: 'severity is Extreme', onSilence: 'deny', answer: null }],
    bundle: null,
  })
})

test('tasks by state and domain, page by page', async () => {
  const first = await api.get<Page<Item>>('/v1/tasks?limit=1')
  expect(first.items).toMatchObject([{ taskId: taskIdOf('waiting') }])
  expect(first.items[0]).not.toHaveProperty('input')
  const second = await api.get<Page<Item>>(`/v1/tasks?limit=1&before=${first.next}`)
  expect(second).toMatchObject({ items: [{ taskId: katrina }], next: null })
  expect((await api.get<Page<Item>>('/v1/tasks?state=input-required')).items).toHaveLength(1)
  expect((await api.get<Page<Item>>('/v1/tasks?domain=emergency')).items).toMatchObject([{ taskId: katrina }])
})

test('agents with their cards, and domains', async () => {
  const { items, next } = await api.get<Page<Item>>('/v1/agents?limit=1&activity=active')
  expect(items).toMatchObject([{ agentId: '0', active: true, card, stake: `5${'0'.repeat(30)}` }])
  expect((await api.get<Page<Item>>(`/v1/agents?after=${next}`)).items).toMatchObject([{ agentId: '1' }])
  expect(await api.get('/v1/agents/1')).toMatchObject({ wallet: walletA, domainId: 'weather' })
  expect(await api.get('/v1/domains')).toMatchObject({
    items: [{ domainId: 'weather', status: 'admitted', agents: 2 }],
  })
})

test('leaves of a task, and checkpoints', async () => {
  const { items } = await api.get<Page<Item>>(`/v1/evidence/leaves?taskId=${katrina}`, 'auditor')
  expect(items).toEqual([
    { position: 0, taskId: katrina, first: 0, events: [{ type: 'TaskSubmitted', hash: sha256('0') }] },
  ])
  expect((await api.get<Page<Item>>('/v1/evidence/leaves?after=0')).items).toMatchObject([{ position: 1 }])
  const { items: checkpoints } = await api.get<Page<Item>>('/v1/evidence/checkpoints')
  expect(checkpoints).toMatchObject([{ size: 2, root: sha256('root') }])
})

test('messages to the chain, each with its whole life', async () => {
  const { items } = await api.get<Page<Item>>('/v1/chain/messages?state=COMPLETED&tenant=coordinator')
  expect(items).toMatchObject([{ messageId, contract: 'Escrow', call: 'settle', gasUsed: '81234', revert: null }])
  const message = await api.get<Item & { steps: Item[] }>(`/v1/chain/messages/${messageId}`)
  expect(message.steps.map(({ state }) => state)).toEqual(
    messageLife.flatMap(({ steps }) => steps.map(({ state }) => state)),
  )
})

test('a bundle is the very bytes that the task names, for those who may see payloads', async () => {
  const response = await api.request(`/v1/tasks/${katrina}/bundle`, { as: 'auditor' })
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(sha256(bytes)).toBe(sha256(bundleText))
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${katrina}.bundle.json"`)
  expect(response.headers.get('repr-digest')).toBe(
    `sha-256=:${Buffer.from(sha256(bundleText).slice(2), 'hex').toString('base64')}:`,
  )
  const unproven = await api.problem(`/v1/tasks/${taskIdOf('waiting')}/bundle`, { as: 'auditor' })
  expect(unproven).toMatchObject({ status: 409, code: 'BUNDLE_NOT_READY' })
})

test('what is not there is a 404 that says so', async () => {
  const nothing = sha256('nothing')
  expect(await api.problem(`/v1/tasks/${nothing}`, { as: 'viewer' })).toMatchObject({ code: 'TASK_NOT_FOUND' })
  for (const path of [`/v1/tasks/${nothing}/bundle`, `/v1/tasks/${nothing}/events`, '/v1/agents/77']) {
    expect(await api.problem(path, { as: 'operator' })).toMatchObject({ status: 404 })
  }
  expect(await api.problem(`/v1/chain/messages/${nothing}`, { as: 'viewer' })).toMatchObject({ code: 'NOT_FOUND' })
})

test('health without a key', async () => {
  expect(await (await api.request('/healthz')).json()).toEqual({ ok: true, bus: 'up', readModel: 'up' })
})

test('an address is the same in capitals, as wallets show it', async () => {
  const capitals = `0x${adminA.slice(2).toUpperCase()}`
  for (const path of ['/v1/explorer/addresses/', '/v1/explorer/money?address=']) {
    expect(await api.get(`${path}${capitals}`)).toEqual(await api.get(`${path}${adminA}`))
  }
})
