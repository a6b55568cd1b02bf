import { beforeAll, describe, expect, test } from 'vitest'
import { listBlocks } from '../../coordinator/views/list-chain-events.ts'
import { listChainMessages, readChainMessage } from '../../coordinator/views/list-chain-messages.ts'
import { listBalances, listBonds, listMovements } from '../../coordinator/views/list-money.ts'
import { listEventsAbout, readBlock, readRoles, search } from '../../coordinator/views/read-explorer.ts'
import { sha256 } from '../../protocol/hash.ts'
import { adminA, messageId, messageLife, stranger, walletA } from './publish.ts'
import { startMs, taskIdOf } from './sample-task.ts'
import { engines } from './with-databases.ts'
import { finedTask, paidTask, withPublished } from './with-published.ts'

const published = withPublished()

describe.each(engines)('queries about the chain on %s', engine => {
  const read = published(engine)
  let db: ReturnType<typeof read>
  beforeAll(() => {
    db = read()
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
      bond: '3',
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

  test('reads what was given as a surety, of whom, until when, and what became of it', async () => {
    const appeal = {
      kind: 'appeal',
      id: `${finedTask}/9`,
      amount: '3',
      state: 'held',
      untilMs: 30_000,
      endedAtMs: null,
    }
    const demand = { kind: 'demand', id: '1/0/2/0', batch: '1', amount: '1', state: 'lost', untilMs: 20_000 }
    const batch = { kind: 'batch', id: '1', giver: adminA, amount: '9', state: 'returned', untilMs: 1_000 }
    const all = await listBonds(db, { limit: 10 })
    expect(all).toMatchObject([{ ...appeal, giver: walletA }, { ...demand, giver: walletA }, batch])
    expect(all.map(({ endedAtMs }) => endedAtMs !== null)).toEqual([false, true, true])
    const [latest, ...rest] = all
    expect(await listBonds(db, { limit: 10, before: latest!.number })).toEqual(rest)
    expect(await listBonds(db, { limit: 10, address: walletA })).toEqual(all.slice(0, 2))
    expect(await listBonds(db, { limit: 10, agentId: '9' })).toEqual([latest])
    expect(await listBonds(db, { limit: 10, domainId: 'police', state: 'held' })).toEqual([latest])
    expect(await listBonds(db, { limit: 10, domainId: 'weather' })).toEqual([all[2]])
    expect(await listBonds(db, { limit: 10, domainId: 'nobody' })).toEqual([])
    expect(await listBonds(db, { limit: 10, address: stranger })).toEqual([])
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
