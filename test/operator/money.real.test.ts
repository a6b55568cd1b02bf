import { afterAll, beforeAll, expect, it } from 'vitest'
import { ABIS } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { apiKeysFile, createApiKey } from '../../operator/api-keys.ts'
import type { Hex } from '../../protocol/hash.ts'
import { perform } from '../../registry/perform.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { type Counting, stake, startCounting } from '../harness/start-counting.ts'

let counting: Counting
let consortium: Consortium
let key: string

beforeAll(async () => {
  const dir = scratchDir('money')
  counting = await startCounting({ dir, deposited: 100_000_003n })
  consortium = counting.consortium
  key = createApiKey(apiKeysFile({ ENTENTE_DATA: dir }), 'viewer', 'test')
}, 90_000)
afterAll(() => counting?.stop())

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${consortium.operatorUrl}${path}`, { headers: { authorization: `Bearer ${key}` } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

type Balances = { items: { kind: string; owner: string; amount: string }[] }
type Movement = {
  fromKind: string | null
  fromOwner: string | null
  toKind: string | null
  toOwner: string | null
  amount: string
}

async function money(query = '') {
  const { items } = await get<Balances>(`/v1/explorer/money${query}`)
  return (kind: string, owner?: string) =>
    items
      .filter(each => each.kind === kind && (owner === undefined || each.owner === owner))
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n)
}

async function movements(query: string): Promise<Movement[]> {
  const all: Movement[] = []
  for (let next: string | null = ''; next !== null; ) {
    const before: string = next === '' ? '' : `&before=${next}`
    const page: { items: Movement[]; next: string | null } = await get(
      `/v1/explorer/movements?${query}&limit=2${before}`,
    )
    all.push(...page.items)
    next = page.next
  }
  return all
}

it('balances and movements are those of the chain, to the last unit', { timeout: 120_000 }, async () => {
  const subtasks = [{ id: 'count', skill: 'count-letters@1', replicas: 3, quorum: 2, deadlineMs: 20_000 }]
  const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.count' }
  const wish = { domainId: 'office', goal: 'count', template, input: { word: 'ledger' } }
  const { task } = await proven(consortium, { ...wish, budget: 9_000_001n, durationS: 120 })

  const { contracts } = consortium.chain
  const [escrow, staking, token] = [contracts.Escrow!, contracts.Stake!, contracts.EntenteToken!]
  const tokens = (address: string) =>
    callContract(counting.provider, token, ABIS.EntenteToken, 'balanceOf', [address as Hex])
  await expect.poll(async () => (await money())('task'), { timeout: 20_000 }).toBe(0n)

  const all = await money()
  const sum = (amounts: bigint[]) => amounts.reduce((one, other) => one + other, 0n)
  const inEscrow = (of: typeof all) =>
    ['account', 'leaving', 'task', 'batch', 'bond', 'purse', 'pool'].map(kind => of(kind))
  const atStake = ['bonded', 'unbonding', 'held'].map(kind => all(kind))
  expect(sum(inEscrow(all))).toBe(await tokens(escrow))
  expect(sum(atStake)).toBe(await tokens(staking))
  expect(sum(atStake)).toBe(4n * stake)
  expect(all('held')).toBeGreaterThan(0n)
  const supply = await callContract(counting.provider, token, ABIS.EntenteToken, 'totalSupply', [])
  expect(all('wallet')).toBe(supply)
  expect(sum(inEscrow(all))).toBe(100_000_003n)

  const treasury = consortium.accounts.treasury.address
  const accountOf = (address: string) =>
    callContract(counting.provider, escrow, ABIS.Escrow, 'accountOf', [address as Hex])
  const fees = await money('?address=treasury')
  expect(fees('account')).toBe((await accountOf(treasury)).balance)
  expect(fees('account')).toBeGreaterThan(0n)
  for (const { agentId, domainId } of consortium.agents) {
    const [own, ofDomain] = [await money(`?agent=${agentId}`), await money(`?domain=${domainId}`)]
    const bond = await callContract(counting.provider, staking, ABIS.Stake, 'bondOf', [BigInt(agentId)])
    const purse = await callContract(counting.provider, escrow, ABIS.Escrow, 'purseOf', [BigInt(agentId)])
    const admin = consortium.accounts.admins.get(domainId!)!.address
    for (const has of [own, ofDomain]) {
      expect([has('bonded'), has('unbonding'), has('held')]).toEqual([bond.bonded, bond.unbonding, bond.held])
      expect(has('purse')).toBe(purse.balance)
    }
    expect(ofDomain('account', admin)).toBe((await accountOf(admin)).balance)
    expect(ofDomain('wallet', admin)).toBe(await tokens(admin))
  }

  // Page by page, and no unit twice: what came in and what went out of the task's budget, and of an account.
  const ofTask = await movements(`task=${task.taskId}`)
  const total = (moves: Movement[]) => sum(moves.map(({ amount }) => BigInt(amount)))
  expect(total(ofTask.filter(({ toKind }) => toKind === 'task'))).toBe(9_000_001n)
  expect(total(ofTask.filter(({ fromKind }) => fromKind === 'task'))).toBe(9_000_001n)
  const office = consortium.accounts.admins.get('office')!.address
  const moved = await movements(`address=${office}`)
  const into = moved.filter(({ toKind, toOwner }) => toKind === 'account' && toOwner === office)
  const out = moved.filter(({ fromKind, fromOwner }) => fromKind === 'account' && fromOwner === office)
  expect(total(into) - total(out)).toBe((await accountOf(office)).balance)

  // The liar appeals, and wins.
  const liar = consortium.accounts.admins.get('liar')!.address
  const { agentId } = consortium.agents.find(({ domainId }) => domainId === 'liar')!
  const bond = 10_000_000n
  await depositFor(consortium, 'liar', bond)
  const rule = (from: Hex, call: string) => {
    const what = { operation: call, businessId: task.taskId, from, contract: 'Penalties', call }
    return perform(consortium.nc, { ...what, args: [task.taskId, agentId] })
  }
  await rule(liar, 'appeal')
  await expect.poll(async () => (await money('?domain=liar'))('bond', liar), { timeout: 20_000 }).toBe(bond)
  const appealed = await money()
  expect(sum(inEscrow(appealed))).toBe(await tokens(escrow))
  expect(appealed('bond')).toBe(bond)
  const penalty = await callContract(counting.provider, contracts.Penalties!, ABIS.Penalties, 'penaltyOf', [
    task.taskId,
    BigInt(agentId),
  ])
  type Bonds = { items: { kind: string; state: string; endedAtMs: number | null }[]; next: string | null }
  const bondsOf = (query: string) => get<Bonds>(`/v1/explorer/bonds?${query}`)
  const held = { kind: 'appeal', giver: liar, amount: `${bond}`, agentId, taskId: task.taskId, state: 'held' }
  for (const query of ['state=held', `address=${liar}`, 'domain=liar', `agent=${agentId}&limit=1`]) {
    const until = { untilMs: Number(penalty.until) * 1_000, endedAtMs: null, batch: null }
    expect(await bondsOf(query)).toMatchObject({ items: [{ ...held, ...until }], next: null })
  }
  expect(await bondsOf('state=lost')).toEqual({ items: [], next: null })
  await rule(consortium.accounts.governor.address, 'drop')
  await expect.poll(async () => (await money('?domain=liar'))('account', liar), { timeout: 20_000 }).toBe(bond)
  expect(await bondsOf('domain=liar')).toMatchObject({ items: [{ state: 'returned', endedAtMs: expect.any(Number) }] })
  expect(sum(inEscrow(await money()))).toBe(await tokens(escrow))

  type Page = { domains: { domainId: string }[]; agents: unknown[]; tasksFunded: number; contracts: { name: string }[] }
  expect(await get<Page>(`/v1/explorer/addresses/${office}`)).toMatchObject({
    domains: [{ domainId: 'office' }],
    agents: [{ domainId: 'office' }],
    tasksFunded: 1,
  })
  expect((await get<Page>(`/v1/explorer/addresses/${escrow}`)).contracts).toMatchObject([{ name: 'Escrow' }])
  const { blockNumber } = (await get<{ items: { blockNumber: number }[] }>('/v1/explorer/blocks?limit=1')).items[0]!
  const block = await fetch(`${consortium.operatorUrl}/v1/explorer/blocks/${blockNumber}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  expect(block.headers.get('cache-control')).toBe('private, max-age=60')
  const { transactions } = (await block.json()) as { transactions: { txHash: string; events: unknown[] }[] }
  expect(transactions[0]!.events.length).toBeGreaterThan(0)
  const hits = await get<{ items: { type: string; href: string }[] }>(
    `/v1/explorer/search?q=${transactions[0]!.txHash}`,
  )
  expect(hits.items[0]).toMatchObject({ type: 'transaction' })
  expect(await get(hits.items[0]!.href)).toMatchObject({ txHash: transactions[0]!.txHash })
  type Verified = { items: { name: string; verification: { ok: boolean } | null }[] }
  const { items } = await get<Verified>('/v1/contracts')
  expect(items.filter(({ verification }) => !verification?.ok)).toEqual([])
  expect(items.length).toBeGreaterThan(20)
})
