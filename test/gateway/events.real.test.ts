import { Kvm } from '@nats-io/kv'
import { expect, test } from 'vitest'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Hex } from '../../protocol/hash.ts'
import { buckets } from '../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { onChain, placeOf, published } from './published.ts'
import { sendForeign } from './send-foreign.ts'
import { mint, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }

async function mintSome(gateway: Promise<Gateway>, name: string, count: number): Promise<Gateway> {
  const running = await gateway
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { messageId } = await submitIntent(world().nc, mint(world(), `${name} ${index}`), patience)
      await awaitOutcome(world().nc, messageId, patience)
    }),
  )
  return running
}

const mints = (events: ChainEvent[]) => events.filter(event => event.event === 'Transfer').length

test('failure 17: every event since the deployment is published once, in order, over restarts and lost cursors', async () => {
  const first = await mintSome(start(), 'first', 20)
  await first.stop()
  const second = await mintSome(start(), 'second', 20)
  await second.stop()
  // The bucket only saves time: the stream knows where it ends.
  const cursors = await new Kvm(world().nc).open(buckets.cursors)
  await cursors.delete('chain-events')
  const third = await mintSome(start(), 'third', 20)
  await expect.poll(async () => mints(await published(world())), { timeout: 20_000 }).toBe(60)
  await third.stop()

  const events = await published(world())
  expect(events.map(placeOf)).toEqual(await onChain(world(), events.at(-1)!))
  expect(events.map(event => event.event)).toContain('ContractRecorded')
})

test('an event says what happened, in words and numbers that JSON carries', async () => {
  const transfer = (await published(world())).find(event => event.event === 'Transfer')
  expect(transfer).toMatchObject({
    contract: 'EntenteToken',
    address: world().deployment.addresses.EntenteToken.toLowerCase(),
    args: { from: `0x${'0'.repeat(40)}`, to: world().governor, value: '1' },
  })
  const block = await world().rpc<{ timestamp: string }>('eth_getBlockByHash', [transfer!.blockHash, false])
  expect(transfer!.blockTimeMs).toBe(Number(block.timestamp) * 1000)
})

test('two gateways with the same keys do everything once, and publish no event twice', async () => {
  const before = await supply(world())
  const both = await Promise.all([start(), start()])
  // Requests are shared between them, so each takes the numbers that the other takes, for calls that are all the same.
  await mintSome(Promise.resolve(both[0]!), 'both', 20)
  expect(await supply(world())).toBe(before + 20n)
  await expect.poll(async () => mints(await published(world())), { timeout: 20_000 }).toBe(80)
  await Promise.all(both.map(gateway => gateway.stop()))
  const events = await published(world())
  expect(events.map(placeOf)).toEqual(await onChain(world(), events.at(-1)!))
})

test('a stranger whose text on chain is no UTF-8 holds up nobody', async () => {
  const gateway = await start()
  const { IdentityRegistry } = world().deployment.addresses
  const data = encodeCall(ABIS.IdentityRegistry, 'register', ['agent']).replace('6167', 'ff67') as Hex
  await sendForeign(world(), { to: IdentityRegistry as Hex, data, gasLimit: 1_000_000n })
  const registered = async () => (await published(world())).find(({ event }) => event === 'Registered')?.args
  await expect.poll(registered, { timeout: 20_000 }).toMatchObject({ agentURI: '\uFFFDgent' })
  await gateway.stop()
})

test('nor one who has a contract say more than the bus carries', async () => {
  const gateway = await start()
  const { ValidationRegistry } = world().deployment.addresses
  const request = [world().governor, 0n, '\0'.repeat(1_500_000), `0x${'ab'.repeat(32)}`] as const
  const data = encodeCall(ABIS.ValidationRegistry, 'validationRequest', request)
  await sendForeign(world(), { to: ValidationRegistry as Hex, data, gasLimit: 60_000_000n })
  await mintSome(Promise.resolve(gateway), 'after it', 1)
  await expect.poll(async () => mints(await published(world())), { timeout: 20_000 }).toBe(82)
  const requested = (await published(world())).find(({ event }) => event === 'ValidationRequest')
  expect(requested?.args).toMatchObject({ agentId: '0', requestURI: `${'\0'.repeat(1_024)}…` })
  await gateway.stop()
})
