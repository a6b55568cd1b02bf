import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { ROLES, type Role } from '../../../contracts/roles.ts'
import { countAll } from '../../../gateway/count.ts'
import { connectRpc, type Rpc } from '../../../gateway/rpc.ts'
import { type KeyCommand, KeyState } from '../../../protocol/gateway-door.ts'
import type { Address } from '../../../protocol/ids.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { ask } from '../../../stack/ask.ts'
import { askAll } from '../../../stack/ask-all.ts'
import { awaitOutcome, completeMessage, insist, submitIntent } from '../../../stack/chain-intent.ts'
import type { Child } from '../../../stack/process.ts'
import { addressOf, type Ground, withGround } from '../../harness/gateway-ground.ts'
import { mintOf } from '../../soak/business.ts'
import { checkAll } from '../../soak/check.ts'
import { killOutright } from '../gateway-process.ts'

const patience = { timeoutMs: 60_000 }
const asking = { timeoutMs: 5_000, silence: 'CHAIN_SLOW' } as const
const within = { timeout: 20_000 }
const poolOfThree = { signers: 3 }

// Two gateways, a node and a bus are started for each, on machines that have other work too.
vi.setConfig({ testTimeout: 240_000 })

interface Stage {
  readonly ground: Ground
  readonly rpc: Rpc
  readonly keys: readonly Address[]
  readonly gateways: readonly Child<unknown>[]
  /** Sends the messages from one number to another; all are final, and acted on, when `done` is. */
  send(from: number, to: number): Promise<{ done: Promise<void> }>
  states(): Promise<KeyState[]>
  decide(key: Address, command: KeyCommand): Promise<unknown>
}

/** Two gateways and their pool; in the end every message had one effect, in its order, and nothing is left. */
async function onStage(
  messages: number,
  play: (stage: Stage) => Promise<void>,
  { isOrdered = true, env = {} } = {},
): Promise<void> {
  await withGround(async ground => {
    const rpc = connectRpc(ground.chain.url, { timeoutMs: 10_000 })
    const keys = ground.senders.map(addressOf)
    const before = await countAll(rpc, keys)
    const gateways = [await ground.startGateway({ env }), await ground.startGateway({ env })]
    const askKeys = (): ReturnType<typeof askAll> =>
      askAll(ground.nc, subjects.chainKeys, null, asking).catch(() => askKeys())
    const states = async () => {
      const answers = (await askKeys()).flat()
      return answers.map(each => KeyState.parse(each)).filter(({ pool }) => pool === 'minters')
    }
    const decide = (key: Address, command: KeyCommand) => insist(ground.nc, subjects.chainKey(key), command, patience)
    await play({ ground, rpc, keys, gateways, states, decide, send: (from, to) => send(ground, from, to, isOrdered) })
    // The last events and completions may still be on their way.
    const findings = async () => (await checkAll(ground, rpc, messages, before)).flatMap(check => check.findings)
    await expect.poll(findings, { timeout: 30_000, interval: 500 }).toEqual([])
  }, poolOfThree)
}

async function send(
  { nc, ...ground }: Ground,
  from: number,
  to: number,
  isOrdered: boolean,
): Promise<{ done: Promise<void> }> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const accepted = numbers.map(number =>
    submitIntent(nc, mintOf(isOrdered ? ground : { ...ground, senders: [] }, number), patience),
  )
  const finish = async (message: (typeof accepted)[number]) => {
    const { messageId } = await message
    await awaitOutcome(nc, messageId, patience)
    await completeMessage(nc, messageId, patience)
  }
  const done = Promise.all(accepted.map(finish)).then(() => {})
  await Promise.all(accepted)
  return { done }
}

/** By which keys the messages with these numbers went. */
async function signersOf({ rpc, keys }: Stage, since: ReadonlyMap<Address, number>): Promise<number[]> {
  const now = await countAll(rpc, keys)
  return keys.map(key => now.get(key)! - since.get(key)!)
}

const numbering = async ({ states, keys }: Stage) => {
  const held = (await states()).filter(({ numbersHere }) => numbersHere)
  return held.length === keys.length
}

test('two gateways share the keys of a pool, and the keys the messages', () =>
  onStage(240, async stage => {
    const { rpc, keys, states, send } = stage
    const first = await countAll(rpc, keys)
    // Each gateway says what it holds, one after the other: the one that came first gives one of three up.
    const shares = async () => {
      const all = await states()
      const half = all.length / 2
      const counts = [all.slice(0, half), all.slice(half)].map(each => each.filter(key => key.numbersHere).length)
      return counts.sort()
    }
    await expect.poll(shares, within).toEqual([1, 2])
    await (await send(1, 240)).done
    const counts = await signersOf(stage, first)
    expect(counts.reduce((a, b) => a + b)).toBe(240)
    expect(Math.min(...counts)).toBeGreaterThan(40)
  }))

test('a gateway is killed, a key is frozen and a key runs dry in the middle', () =>
  onStage(300, async stage => {
    const { rpc, keys, gateways, ground, states, decide, send } = stage
    const beforeKill = await send(1, 100)
    await killOutright(gateways[1]!)
    const afterKill = await send(101, 150)
    await expect.poll(() => numbering(stage), within).toBe(true)

    await ground.startGateway()
    const beforeFreeze = await send(151, 220)
    await decide(keys[0]!, { do: 'freeze', reason: 'a drill' })
    const frozenAt = await countAll(rpc, keys)
    await Promise.all([beforeKill, afterKill, beforeFreeze].map(({ done }) => done))
    await rpc('anvil_setBalance', [keys[1], '0x0'])
    await expect
      .poll(async () => (await states()).filter(({ unfit }) => unfit !== null).map(({ address }) => address), within)
      .toEqual([keys[0], keys[1], keys[0], keys[1]])
    const settledAt = await countAll(rpc, keys)
    expect(settledAt.get(keys[0]!)! - frozenAt.get(keys[0]!)!).toBeLessThan(70)
    await (await send(221, 300)).done
    expect(await signersOf(stage, settledAt)).toEqual([0, 0, 80])
  }))

test('what waits for a key goes by another when that is frozen; what was signed stays with it', () =>
  onStage(60, async stage => {
    const { rpc, keys, states, decide, send } = stage
    await rpc('evm_setIntervalMining', [0])
    const pooled = await send(1, 30)
    const inFlight = async () => (await states()).slice(0, 3).map(state => state.inFlight)
    await expect.poll(async () => (await inFlight()).reduce((a, b) => a + b), within).toBe(30)
    const [signed] = await inFlight()
    await decide(keys[0]!, { do: 'freeze', reason: 'a drill' })
    const later = await send(31, 60)
    const since = await countAll(rpc, keys)
    await rpc('evm_setIntervalMining', [1])
    await Promise.all([pooled.done, later.done])
    const counts = await signersOf(stage, since)
    expect([counts[0], counts.reduce((a, b) => a + b)]).toEqual([signed, 60])
  }))

test('a stranger takes a number of a key: that message goes again, and the stranger is found', () =>
  onStage(30, async stage => {
    const { ground, rpc, keys, send } = stage
    const since = await countAll(rpc, keys)
    await rpc('evm_setIntervalMining', [0])
    // Odd numbers keep to no order: what a stranger displaced comes after what was under way.
    const sent = await send(1, 1)
    const used = async () => (await stage.states()).find(({ inFlight }) => inFlight > 0)?.address
    await expect.poll(used, within).toBeDefined()
    const key = (await used())!
    const wallet = ground.senders.find(each => addressOf(each) === key)!
    const foreign = await wallet.signTransaction({
      ...{ chainId: Number(await rpc('eth_chainId', [])), nonce: since.get(key)!, to: ground.relayer, value: 1n },
      ...{ gasLimit: 21_000n, type: 2, maxFeePerGas: 10n ** 13n, maxPriorityFeePerGas: 10n ** 12n },
    })
    const stray = await rpc('eth_sendRawTransaction', [foreign])
    await rpc('evm_setIntervalMining', [1])
    await sent.done
    await (await send(2, 30)).done
    const strays = async () => (await ask(ground.nc, subjects.chainDifferences, null, asking)) as { strays: object[] }
    await expect.poll(async () => (await strays()).strays, within).toMatchObject([{ about: stray }])
    await ask(ground.nc, subjects.chainAccept, { txHash: stray, reason: 'it was the test' }, asking)
    await sleep(500)
  }))

test('messages that go together are shared by the keys too, and leave a key that is frozen', () =>
  onStage(
    200,
    async ({ keys, states, decide, send }) => {
      const first = await send(1, 120)
      await decide(keys[0]!, { do: 'freeze', reason: 'a drill' })
      const second = await send(121, 200)
      await Promise.all([first.done, second.done])
      expect((await states()).filter(({ inFlight, waiting }) => inFlight + waiting > 0)).toEqual([])
    },
    // What keeps to an order goes alone, and keys for the lane should not send that too.
    { isOrdered: false, env: { ENTENTE_BATCH_TENANTS: 'consortium' } },
  ))

describe('a key that may not do what others of its pool may', () => {
  const govern = async ({ nc, governor }: Ground, call: string, args: string[]) => {
    const name = { tenant: 'consortium', operation: 'govern', businessId: args.join(' '), from: governor }
    const { messageId } = await submitIntent(nc, { ...name, contract: 'AccessManager', call, args }, patience)
    await awaitOutcome(nc, messageId, patience)
    await completeMessage(nc, messageId, patience)
  }
  const role = (name: Role) => `${ROLES[name]}`

  test('is given nothing, and the gateway names the role', () =>
    onStage(30, async stage => {
      const { ground, rpc, keys, gateways, states, send } = stage
      await govern(ground, 'revokeRole', [role('governor'), keys[0]!])
      await Promise.all(gateways.map(gateway => gateway.stop()))
      await ground.startGateway()
      const [first, ...others] = await states()
      expect(first).toMatchObject({
        address: keys[0],
        unfit: expect.stringContaining('others of its pool have: governor'),
      })
      expect(others.map(({ unfit }) => unfit)).toEqual([null, null])
      const since = await countAll(rpc, keys)
      await (await send(1, 30)).done
      expect((await signersOf(stage, since))[0]).toBe(0)
    }))

  test('ends the start where each lacks something', () =>
    onStage(0, async ({ ground, gateways }) => {
      await govern(ground, 'grantRole', [role('compliance'), ground.relayer, '0'])
      await Promise.all(gateways.map(gateway => gateway.stop()))
      const mixed = ground.startGateway({ env: { ENTENTE_SIGNER_POOLS: 'mixed:minter-1+relayer' } })
      await expect(mixed).rejects.toThrow(/no key of the pool mixed has all roles/)
      await ground.startGateway()
    }))
})
