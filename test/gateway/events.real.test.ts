import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { expect, test } from 'vitest'
import { decodeLog } from '../../contracts/bindings.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { buckets, streams } from '../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
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

async function published(): Promise<ChainEvent[]> {
  const jsm = await jetstreamManager(world().nc)
  const options = { deliver_policy: DeliverPolicy.All, ack_policy: AckPolicy.None }
  const { name, num_pending } = await jsm.consumers.add(streams.chainEvents, options)
  if (num_pending === 0) return []
  const consumer = await jetstream(world().nc).consumers.get(streams.chainEvents, name)
  const events: ChainEvent[] = []
  for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 2_000 })) {
    events.push(ChainEvent.parse(message.json()))
  }
  return events
}

const placeOf = (event: { blockHash: string; logIndex: number }) => `${event.blockHash}:${event.logIndex}`

/** What the chain itself has, from its first block to the one of the last event that was published. */
async function onChain(last: ChainEvent): Promise<string[]> {
  type Log = { address: string; topics: string[]; data: string; blockHash: string; logIndex: string }
  const filter = { fromBlock: '0x0', toBlock: `0x${last.blockNumber.toString(16)}` }
  const logs = await world().rpc<Log[]>('eth_getLogs', [filter])
  const ours = logs.filter(log => decodeLog(log, world().deployment.addresses) !== null)
  return ours.map(log => placeOf({ ...log, logIndex: Number(log.logIndex) }))
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
  await expect.poll(async () => mints(await published()), { timeout: 20_000 }).toBe(60)
  await third.stop()

  const events = await published()
  expect(events.map(placeOf)).toEqual(await onChain(events.at(-1)!))
  expect(events.map(event => event.event)).toContain('ContractRecorded')
})

test('an event says what happened, in words and numbers that JSON carries', async () => {
  const transfer = (await published()).find(event => event.event === 'Transfer')
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
  await expect.poll(async () => mints(await published()), { timeout: 20_000 }).toBe(80)
  await Promise.all(both.map(gateway => gateway.stop()))
  const events = await published()
  expect(events.map(placeOf)).toEqual(await onChain(events.at(-1)!))
})
