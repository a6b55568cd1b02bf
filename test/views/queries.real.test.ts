import { beforeAll, describe, expect, test } from 'vitest'
import { listAgents, readAgent } from '../../coordinator/views/list-agents.ts'
import { listBlocks } from '../../coordinator/views/list-chain-events.ts'
import { listChainMessages, readChainMessage } from '../../coordinator/views/list-chain-messages.ts'
import { listDomains } from '../../coordinator/views/list-domains.ts'
import { listCheckpoints, listLeaves } from '../../coordinator/views/list-evidence.ts'
import { listBalances, listMovements } from '../../coordinator/views/list-money.ts'
import { listTasks } from '../../coordinator/views/list-tasks.ts'
import type { openViews } from '../../coordinator/views/open-views.ts'
import { startProjection } from '../../coordinator/views/project.ts'
import { listEventsAbout, readBlock, readRoles, search } from '../../coordinator/views/read-explorer.ts'
import { readTask } from '../../coordinator/views/read-task.ts'
import { sha256 } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { adminA, admit, card, enrolled, messageId, messageLife, Publisher, stranger, walletA } from './publish.ts'
import { approver, bundleText, historyOf, startMs, taskIdOf } from './sample-task.ts'
import { engines, withDatabases } from './with-databases.ts'

const servers = withStack()
const databases = withDatabases()

describe.each(engines)('queries on %s', engine => {
  let db: Awaited<ReturnType<typeof openViews>>

  beforeAll(async () => {
    const nc = await servers.connect('views')
    await ensureStreams(nc, { replicas: 1 })
    db = await databases.openNew(engine)
    // The streams are the same for both engines: they are filled once.
    if (engine === engines[0]) await publishAll(new Publisher(nc))
    const projection = startProjection({ nc, db, log: openLog('views', { LOG_LEVEL: 'silent' }) })
    await projection.caughtUp()
    await projection.stop()
  })

  test('lists tasks, the latest first, by state and domain, page by page', async () => {
    const goals = (tasks: { goal: string }[]) => tasks.map(({ goal }) => goal)
    expect(goals(await listTasks(db, { limit: 10 }))).toEqual(['waiting', 'new', 'Respond to Katrina'])
    expect(goals(await listTasks(db, { limit: 10, state: 'completed' }))).toEqual(['Respond to Katrina'])
    expect(goals(await listTasks(db, { limit: 10, state: 'input-required' }))).toEqual(['waiting'])
    expect(goals(await listTasks(db, { limit: 10, domainId: 'police' }))).toEqual(['new'])
    const [first] = await listTasks(db, { limit: 1 })
    expect(goals(await listTasks(db, { limit: 1, before: first!.number }))).toEqual(['new'])
    expect(await listTasks(db, { limit: 10, state: 'failed' })).toEqual([])
  })

  test('reads a task with its subtasks, assignments, approvals and money', async () => {
    const task = (await readTask(db, taskIdOf('katrina')))!
    expect(task).toMatchObject({
      state: 'completed',
      templateName: 'emergency-response',
      budget: '1000000',
      submittedAtMs: startMs,
      endedAtMs: startMs + 100,
      settledAtMs: startMs + 400,
      provenAtMs: startMs + 700,
      bundle: sha256(bundleText),
      output: '{"landfall":"Buras","windKt":110}',
      reason: null,
    })
    expect(task.subtasks.map(({ subtaskId, phase }) => [subtaskId, phase])).toEqual([
      ['forecast', 'completed'],
      ['notice', 'completed'],
    ])
    expect(task.subtasks[0]).toMatchObject({ confidence: 1 / 3, attempt: 1, startedAtMs: startMs + 10 })
    // By number: as text, 12 would come before 2.
    expect(task.assignments.map(({ agentId, standing }) => [agentId, standing])).toEqual([
      ['0', 'accepted'],
      ['2', 'deviated'],
      ['12', 'no-show'],
    ])
    expect(task.approvals).toMatchObject([{ granted: 1, approver, answeredAtMs: startMs + 90 }])
    expect(task.money.map(({ kind, agentId, amount }) => [kind, agentId, amount])).toEqual([
      ['payment', '0', '1000'],
      ['penalty', '2', '5000'],
      ['penalty', '12', '500'],
      ['fee', null, '10'],
      ['refund', null, '998990'],
    ])
    expect(await readTask(db, taskIdOf('nothing'))).toBeUndefined()
  })

  test('lists agents by number, and only those active whose signature the chain acts on', async () => {
    const ids = (agents: { agentId: string }[]) => agents.map(({ agentId }) => agentId)
    expect(ids(await listAgents(db, { limit: 100 }))).toEqual(['0', '1', '2', '9', '10'])
    // 1 was withdrawn, 2 changed hands, 9 is of a suspended domain.
    expect(ids(await listAgents(db, { limit: 100, activity: 'active' }))).toEqual(['0', '10'])
    expect(ids(await listAgents(db, { limit: 100, activity: 'inactive' }))).toEqual(['1', '2', '9'])
    expect(ids(await listAgents(db, { limit: 2, after: '2' }))).toEqual(['9', '10'])
    expect(ids(await listAgents(db, { limit: 100, domainId: 'police' }))).toEqual(['9'])
  })

  test('reads an agent with its card, and its stake to the last unit', async () => {
    const agent = (await readAgent(db, '0'))!
    expect(agent).toMatchObject({ name: card.name, wallet: walletA, owner: adminA, active: 1, unbonding: '7' })
    expect(JSON.parse(agent.card!)).toEqual(card)
    expect(BigInt(agent.stake)).toBe(5n * 10n ** 30n - 7n - 100n)
    expect(await readAgent(db, '2')).toMatchObject({ owner: stranger, wallet: null, active: 0 })
    expect(await readAgent(db, '3')).toBeUndefined()
  })

  test('lists domains with the number of their agents', async () => {
    expect(await listDomains(db)).toEqual([
      {
        domainId: 'police',
        name: 'Department police',
        admin: adminA,
        status: 'suspended',
        admittedAtMs: startMs + 2,
        agents: 1,
      },
      {
        domainId: 'weather',
        name: 'Department weather',
        admin: adminA,
        status: 'admitted',
        admittedAtMs: startMs + 1,
        agents: 3,
      },
    ])
  })

  test('lists leaves of a task or all, and checkpoints from the latest', async () => {
    const taskId = taskIdOf('katrina')
    const events = (type: string, of: string) => JSON.stringify([{ type, hash: sha256(of) }])
    expect(await listLeaves(db, { limit: 10 })).toHaveLength(3)
    expect(await listLeaves(db, { limit: 10, taskId })).toEqual([
      { position: 0, taskId, firstEvent: 0, events: events('TaskSubmitted', '0') },
      { position: 2, taskId, firstEvent: 1, events: events('TaskFunded', '2') },
    ])
    expect(await listLeaves(db, { limit: 10, taskId, after: 0 })).toHaveLength(1)
    const checkpoints = await listCheckpoints(db, { limit: 10 })
    expect(checkpoints.map(({ size, root }) => [size, root])).toEqual([
      [3, sha256('root 3')],
      [1, sha256('root 1')],
    ])
    expect(await listCheckpoints(db, { limit: 10, before: 3 })).toHaveLength(1)
  })

  test('reads a message to the chain with its whole life', async () => {
    const message = (await readChainMessage(db, messageId))!
    expect(message).toMatchObject({
      state: 'COMPLETED',
      attempt: 2,
      nonce: 4,
      signer: adminA,
      txHash: sha256('second'),
      blockNumber: 9,
      gasUsed: '81234',
      receivedAtMs: startMs,
      updatedAtMs: startMs + 900,
    })
    expect(message.steps.map(({ state }) => state)).toEqual(
      messageLife.flatMap(({ steps }) => steps.map(({ state }) => state)),
    )
    expect(message.steps[4]).toMatchObject({ cause: 'fee too low', txHash: sha256('second') })
    expect(await listChainMessages(db, { limit: 10, state: 'COMPLETED', tenant: 'coordinator' })).toHaveLength(1)
    expect(await listChainMessages(db, { limit: 10, state: 'DEAD' })).toEqual([])
    expect(message.traceId).toBe('ab'.repeat(16))
  })

  test('finds a message by its key, each of its transactions, what it is about, and when it came', async () => {
    const key = { tenant: 'coordinator', operation: 'settle', businessId: 'katrina' }
    const hits = [
      key,
      { txHash: sha256('first') },
      { txHash: sha256('second') },
      { task: sha256('t') },
      { agent: '7', task: sha256('t') },
      { since: startMs, until: startMs },
    ]
    for (const filter of hits) {
      expect((await listChainMessages(db, { limit: 10, ...filter })).map(found => found.messageId)).toEqual([messageId])
    }
    const misses = [{ ...key, businessId: 'rita' }, { txHash: sha256('third') }, { agent: '9' }, { since: startMs + 1 }]
    for (const filter of misses) expect(await listChainMessages(db, { limit: 10, ...filter })).toEqual([])
  })

  test('reads where money lies, and how it came there', async () => {
    const lie = async (holder: Parameters<typeof listBalances>[1]) =>
      (await listBalances(db, holder)).map(({ kind, owner, amount }) => [kind, owner, amount])
    expect(await lie({ address: stranger })).toEqual([
      ['account', stranger, '0'],
      ['leaving', stranger, '0'],
    ])
    expect(await lie({ address: 'treasury' })).toEqual([['account', 'treasury', '6']])
    expect(await lie({ agentId: '0' })).toEqual([
      ['bonded', '0', `${5n * 10n ** 30n - 107n}`],
      ['held', '0', '100'],
      ['purse', '0', '30'],
      ['unbonding', '0', '7'],
    ])
    // The first domain's: its admin has no account, its agents have stakes.
    expect((await lie({ domainId: 'weather' })).filter(([, owner]) => owner === '0')).toHaveLength(4)
    expect(await lie({ domainId: 'nobody' })).toEqual([])
    const sums = Object.fromEntries((await lie({})).map(([kind, , amount]) => [kind, amount]))
    expect(sums).toMatchObject({
      account: '6',
      leaving: '0',
      task: '0',
      batch: '0',
      pool: '64',
      purse: '30',
      held: '100',
    })

    const all = await listMovements(db, { limit: 100, address: stranger })
    expect(all.map(({ cause, amount }) => [cause, amount])).toEqual([
      ['Batches.BatchPosted', '10'],
      ['Batches.BatchPosted', '55'],
      ['Escrow.WithdrawalAnnounced', '10'],
      ['Escrow.TaskSettled', '65'],
      ['Escrow.TaskFunded', '100'],
      ['Escrow.Deposited', '100'],
    ])
    const pages: typeof all = []
    for (;;) {
      const page = await listMovements(db, { limit: 1, address: stranger, before: pages.at(-1) })
      if (page.length === 0) break
      pages.push(...page)
    }
    expect(pages).toEqual(all)
    const ofTask = await listMovements(db, { limit: 100, taskId: paidTask })
    expect(ofTask.map(({ toKind, toOwner, amount }) => [toKind, toOwner, amount])).toEqual([
      ['account', stranger, '65'],
      ['account', 'treasury', '5'],
      ['purse', '0', '30'],
      ['task', paidTask, '100'],
    ])
  })

  test('finds blocks, what an address is, and what a text names', async () => {
    const [latest] = await listBlocks(db, { limit: 1 })
    const block = (await readBlock(db, latest!.blockNumber))!
    expect(block).toMatchObject({ blockHash: latest!.blockHash, transactions: [sha256(`tx ${latest!.blockNumber}`)] })
    expect(await readBlock(db, block.blockHash)).toEqual(block)
    expect(await readBlock(db, 1_000_000)).toBeUndefined()

    const roles = await readRoles(db, adminA)
    expect(roles.domains.map(({ domainId }) => domainId)).toEqual(['police', 'weather'])
    expect(roles.agents.map(({ agentId }) => agentId).sort()).toEqual(['0', '1', '10', '9'])
    expect(roles).toMatchObject({ contracts: [], tasksFunded: 0 })
    expect(await readRoles(db, stranger)).toMatchObject({ domains: [], agents: [{ agentId: '2' }], tasksFunded: 1 })
    const about = await listEventsAbout(db, { kind: 'address', id: stranger, limit: 100 })
    expect(about.map(({ event }) => event)).toEqual([
      ...['BatchPosted', 'WithdrawalAnnounced', 'TaskFunded', 'Deposited', 'Transfer'],
    ])
    const [first, ...rest] = about
    const older = await listEventsAbout(db, { kind: 'address', id: stranger, limit: 100, before: first!.number })
    expect(older).toEqual(rest)
    expect(await listEventsAbout(db, { kind: 'task', id: paidTask, limit: 1 })).toMatchObject([
      { event: 'TaskSettled' },
    ])

    const types = async (text: string) => (await search(db, text)).map(({ type }) => type)
    expect(await types('1')).toEqual(['block', 'agent'])
    expect(await types(block.blockHash)).toEqual(['block'])
    expect(await types(block.transactions[0]!)).toEqual(['transaction'])
    expect(await types(sha256('first'))).toEqual(['transaction'])
    expect(await types(messageId)).toEqual(['message'])
    expect(await types(taskIdOf('katrina'))).toEqual(['task'])
    expect(await types(stranger)).toEqual(['address'])
    expect(await types('weather')).toEqual(['domain'])
    for (const text of ['nowhere', sha256('nothing'), `0x${'ee'.repeat(20)}`, '999999', "' or 1=1 --"])
      expect(await types(text)).toEqual([])
  })

  test('reads messages page by page', async () => {
    const [message] = await listChainMessages(db, { limit: 10, state: 'COMPLETED' })
    expect(await listChainMessages(db, { limit: 10, before: message!.number })).toEqual([])
    expect(await readChainMessage(db, sha256('nothing'))).toBeUndefined()
  })
})

async function publishAll(publish: Publisher): Promise<void> {
  await publish.entries(historyOf('katrina'))
  await publish.entries(historyOf('new', { goal: 'new', domainId: 'police' }).slice(0, 1))
  await publish.entries(historyOf('waiting', { goal: 'waiting' }).slice(0, 9))
  const leaf = (name: string, index: number, type: string, hash: string) => ({
    taskId: taskIdOf(name),
    first: index,
    events: [{ type, hash: sha256(hash) }],
  })
  await publish.leaves([
    leaf('katrina', 0, 'TaskSubmitted', '0'),
    leaf('new', 0, 'TaskSubmitted', '1'),
    leaf('katrina', 1, 'TaskFunded', '2'),
  ])
  await publish.life(messageLife)
  await publish.card(card)
  await publish.chain([
    admit('weather', adminA),
    admit('police', adminA),
    ...['0', '1', '2', '10'].flatMap(agentId => enrolled(agentId, 'weather', adminA, walletA)),
    ...enrolled('9', 'police', adminA, walletA),
    { contract: 'Domains', event: 'AgentWithdrawn', args: { domainId: domainToBytes32('weather'), agentId: '1' } },
    { contract: 'IdentityRegistry', event: 'Transfer', args: { from: adminA, to: stranger, tokenId: '2' } },
    { contract: 'Domains', event: 'DomainSuspended', args: { domainId: domainToBytes32('police') } },
    { contract: 'Stake', event: 'UnbondRequested', args: { agentId: '0', amount: '7', releaseTime: '1' } },
    { contract: 'Stake', event: 'StakeHeld', args: { agentId: '0', amount: '100' } },
    { contract: 'EvidenceLog', event: 'Checkpointed', args: { size: '1', root: sha256('root 1') } },
    { contract: 'EvidenceLog', event: 'Checkpointed', args: { size: '3', root: sha256('root 3') } },
    ...paid,
  ])
}

const paidTask = sha256('paid task')
const escrow = (event: string, args: Record<string, string>) => ({ contract: 'Escrow', event, args })

/** A task that was paid for, and a batch that takes first what is there, then what is about to leave. */
const paid = [
  escrow('Deposited', { account: stranger, from: stranger, amount: '100' }),
  escrow('TaskFunded', { taskId: paidTask, requester: stranger, budget: '100', deadline: '1' }),
  escrow('AgentPaid', { taskId: paidTask, agentId: '0', amount: '30' }),
  escrow('TaskSettled', { taskId: paidTask, evidence: paidTask, paid: '30', penalised: '0', fee: '5', refund: '65' }),
  escrow('WithdrawalAnnounced', { account: stranger, amount: '10', leavesAt: '1' }),
  {
    contract: 'Batches',
    event: 'BatchPosted',
    args: {
      id: '1',
      settler: adminA,
      batch: { fees: '1', debits: [{ requester: stranger, endTask: '1', amount: '65' }] },
    },
  },
  { contract: 'Batches', event: 'BatchFinalised', args: { id: '1', earned: '64', fees: '1' } },
]
