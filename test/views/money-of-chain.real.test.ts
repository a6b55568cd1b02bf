import { Contract, type InterfaceAbi } from 'ethers'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { type GasChain, startGasChain } from '../../contracts/gas/chain.ts'
import { type Scene, setScene } from '../../contracts/gas/scene.ts'
import { Draft } from '../../coordinator/views/draft.ts'
import { listBonds } from '../../coordinator/views/list-money.ts'
import { rowsOfMoney } from '../../coordinator/views/rows-of-money.ts'
import type { Views } from '../../coordinator/views/schema.ts'
import { Statements } from '../../coordinator/views/statements.ts'
import { readEvents } from '../../gateway/read-events.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Hex } from '../../protocol/hash.ts'
import { openLog } from '../../stack/log.ts'
import { actMoney } from './money-story.ts'
import { withDatabases } from './with-databases.ts'

const databases = withDatabases()
let chain: GasChain
let scene: Scene

beforeAll(async () => {
  chain = await startGasChain()
  scene = await setScene(chain)
  await actMoney(scene)
}, 120_000)
afterAll(() => chain?.stop())

/** What a contract says as after a block. */
const asOf =
  (block: number) =>
  (contract: ContractName, name: string, args: readonly unknown[] = []) =>
    new Contract(scene.addresses[contract], ABIS[contract] as InterfaceAbi, chain.provider).getFunction(name)(...args, {
      blockTag: block,
    })

async function eventsByBlock(): Promise<ChainEvent[][]> {
  const head = await chain.provider.getBlockNumber()
  const rpc = connectRpc(chain.rpcUrl, { timeoutMs: 10_000 })
  const log = openLog('test', { LOG_LEVEL: 'silent' })
  const options = { rpc, rules: 'ethereum', head: { block: () => undefined }, log } as const
  const events = await readEvents({ ...options, addresses: scene.addresses, from: 1, to: head })
  const byBlock = Map.groupBy(events, ({ blockNumber }) => blockNumber)
  return Array.from({ length: head + 1 }, (_, block) => byBlock.get(block) ?? [])
}

async function take(db: Kysely<Views>, statements: Statements, events: readonly ChainEvent[]): Promise<void> {
  await db.transaction().execute(async trx => {
    const draft = new Draft(trx, statements)
    await draft.take(events.flatMap(rowsOfMoney))
    await draft.write()
  })
}

const inEscrow = ['account', 'leaving', 'task', 'batch', 'bond', 'purse', 'pool']
const atStake = ['bonded', 'unbonding', 'held']

it('at every block, what the read model has adds up to what the contracts hold', { timeout: 120_000 }, async () => {
  const db = await databases.openNew('node:sqlite')
  const statements = new Statements(db)
  const { Escrow: escrow, Stake: stake } = scene.addresses
  const seen = new Set<string>()
  const fell = new Map<string, number>()
  let mostHeld = 0n
  for (const [block, events] of (await eventsByBlock()).entries()) {
    await take(db, statements, events)
    for (const { contract, event, args, blockTimeMs } of events) {
      seen.add(`${contract}.${event}`)
      if (event === 'BatchOrphaned') fell.set(String(args.id), blockTimeMs)
    }
    const rows = await db.selectFrom('balances').selectAll().execute()
    const sum = (kinds: readonly string[], isOf = (owner: string) => owner !== '') =>
      rows.reduce(
        (all, { kind, owner, amount }) => (kinds.includes(kind) && isOf(owner) ? all + BigInt(amount) : all),
        0n,
      )
    expect(rows.filter(({ amount }) => amount.startsWith('-'))).toEqual([])
    expect(sum(inEscrow)).toBe(sum(inEscrow, owner => owner === ''))
    if (sum(['wallet']) === 0n) continue

    const read = asOf(block)
    const at = `block ${block}: ${events.map(({ event }) => event)}`
    expect(sum(inEscrow), at).toBe(await read('EntenteToken', 'balanceOf', [escrow as Hex]))
    expect(sum(atStake), at).toBe(await read('EntenteToken', 'balanceOf', [stake as Hex]))
    expect(sum(['batch', 'bond']), at).toBe(await read('Escrow', 'held'))
    expect(sum(['purse', 'pool']), at).toBe(await read('Escrow', 'pool'))
    const held = await listBonds(db, { state: 'held', limit: 100 })
    expect(
      held.reduce((all, { amount }) => all + BigInt(amount), 0n),
      at,
    ).toBe(sum(['bond']))
    for (const bond of held) {
      // An orphaned batch can be unwound since it fell.
      const term = (bond.kind === 'batch' && fell.get(bond.id)) || (await termOf(read, bond))
      expect(bond.untilMs, `${at} ${bond.kind} ${bond.id}`).toBe(term)
    }
    mostHeld = sum(['bond']) > mostHeld ? sum(['bond']) : mostHeld
  }
  expect(mostHeld).toBeGreaterThan(2_000n * 1_000_000n)

  const happened = [
    ...['BatchPosted', 'BatchPostponed', 'BatchFinalised', 'BatchCondemned', 'BatchOrphaned', 'BatchUnwound'],
    ...['LineDemanded', 'LineShown', 'DemandExpired', 'DemandWithdrawn'],
    ...['PenaltyImposed', 'PenaltyAppealed', 'PenaltyEnforced', 'PenaltyLapsed', 'TreasuryChanged', 'BalanceReleased'],
  ]
  expect([...seen].map(name => name.split('.')[1])).toEqual(expect.arrayContaining(happened))

  // And each by itself, where all is over.
  const read = asOf(await chain.provider.getBlockNumber())
  const rows = await db.selectFrom('balances').selectAll().where('owner', '!=', '').execute()
  for (const { kind, owner, amount } of rows) {
    if (kind === 'account') expect((await read('Escrow', 'accountOf', [owner as Hex])).balance).toBe(BigInt(amount))
    if (kind === 'leaving') expect((await read('Escrow', 'accountOf', [owner as Hex])).leaving).toBe(BigInt(amount))
    if (kind === 'purse') expect((await read('Escrow', 'purseOf', [BigInt(owner)])).balance).toBe(BigInt(amount))
    if (atStake.includes(kind)) expect((await read('Stake', 'bondOf', [BigInt(owner)]))[kind]).toBe(BigInt(amount))
    if (kind === 'wallet') expect(await read('EntenteToken', 'balanceOf', [owner as Hex])).toBe(BigInt(amount))
  }
  const ends = (await listBonds(db, { limit: 100 })).map(({ kind, state }) => `${kind} ${state}`)
  expect(ends.toSorted()).toEqual([
    ...['appeal held', 'appeal lost', 'appeal returned', 'appeal returned'],
    ...['batch held', 'batch lost', 'batch lost', 'batch returned', 'batch returned'],
    ...['demand held', 'demand lost', 'demand lost', 'demand lost', 'demand returned', 'demand returned'],
  ])
})

/** From when on, in milliseconds, the contracts let anybody settle what the bond is for. */
async function termOf(read: ReturnType<typeof asOf>, { kind, id }: Views['bonds']): Promise<number> {
  const [first, ...rest] = id.split('/') as [string, ...string[]]
  if (kind === 'appeal') return 1_000 * Number((await read('Penalties', 'penaltyOf', [first, BigInt(rest[0]!)])).until)
  if (kind === 'demand') {
    const [tree, index, sub] = rest.map(Number) as [number, number, number]
    const place = { tree, index: BigInt(index), sub: BigInt(sub) }
    return 1_000 * Number((await read('Demands', 'demandOf', [BigInt(first), place])).dueAt)
  }
  return 1_000 * Number((await read('Batches', 'stateOf(uint256)', [BigInt(first)])).finalAfter)
}
