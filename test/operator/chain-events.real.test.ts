import { once } from 'node:events'
import type { Socket } from 'node:net'
import { jetstreamManager } from '@nats-io/jetstream'
import { beforeAll, expect, test } from 'vitest'
import { streams } from '../../protocol/subjects.ts'
import { Publisher } from '../views/publish.ts'
import { subscribe, subscribeDeaf } from './subscribe.ts'
import { withApi } from './with-api.ts'

const api = withApi({ heartbeatMs: 3_000, streamsPerKey: 4, slowMs: 4_000, heldBytes: 64 * 1024 })
const soon = { timeout: 10_000, interval: 20 }
let publish: Publisher

const event = (contract: string, name: string, text = '') => ({ contract, event: name, args: { text } })
const live = (query = '') => subscribe(`${api.url}/v1/chain/events/live${query}`, api.keyOf('viewer'))
const sequencesOf = ({ events }: { events: { sequence: number }[] }) => events.map(({ sequence }) => sequence)

beforeAll(async () => {
  publish = new Publisher(api.nc)
  await publish.chain([event('Stake', 'Staked'), event('Escrow', 'Reserved'), event('Escrow', 'Settled')])
})

test('gives the events after a place, in order, then each as it comes', async () => {
  const [all, later, now] = [await live('?after=0'), await live('?after=2'), await live()]
  await expect.poll(() => sequencesOf(all), soon).toEqual([1, 2, 3])
  await publish.chain([event('Stake', 'Staked'), event('Escrow', 'Reserved')])
  await expect.poll(() => sequencesOf(all), soon).toEqual([1, 2, 3, 4, 5])
  await expect.poll(() => sequencesOf(later), soon).toEqual([3, 4, 5])
  await expect.poll(() => sequencesOf(now), soon).toEqual([4, 5])
  expect(all.events[1]).toMatchObject({ contract: 'Escrow', event: 'Reserved', args: { text: '' }, logIndex: 0 })
})

test('gives only the events that were asked for', async () => {
  const [escrow, two] = [
    await live('?after=0&events=Escrow.*'),
    await live('?after=0&events=Escrow.Settled,Stake.Staked'),
  ]
  await expect.poll(() => sequencesOf(escrow), soon).toEqual([2, 3, 5])
  await expect.poll(() => sequencesOf(two), soon).toEqual([1, 3, 4])
})

test('refuses who has no key, asks for something else, or has too many, before anything is opened', async () => {
  const path = '/v1/chain/events/live'
  expect(await api.problem(path)).toMatchObject({ code: 'API_KEY_UNKNOWN' })
  expect(await api.problem(path, { as: 'viewer' })).toMatchObject({ code: 'COMMAND_INVALID' })
  await expect(subscribe(`${api.url}${path}`, 'ent_viewer_unknown')).rejects.toBeDefined()
  await expect(live('?events=nonsense')).rejects.toBeDefined()
  const open = await Promise.all([live(), live(), live(), live()])
  await expect(live()).rejects.toBeDefined()
  open[0]!.close()
  await expect
    .poll(
      () =>
        live().then(
          () => 'open',
          () => 'refused',
        ),
      soon,
    )
    .toBe('open')
})

/** The consumer on the bus of whatever is opened meanwhile. */
async function consumerOf(open: () => Promise<unknown>): Promise<string> {
  const before = await consumers()
  await open()
  const added = async () => (await consumers()).filter(name => !before.includes(name))
  await expect.poll(added, soon).toHaveLength(1)
  return (await added())[0]!
}

async function consumers(): Promise<string[]> {
  const jsm = await jetstreamManager(api.nc)
  return (await jsm.consumers.list(streams.chainEvents).next()).map(({ name }) => name)
}

test('one that reads too slowly is closed with 1013, and nobody else waits for it', async () => {
  let deaf: Socket | undefined
  const consumer = await consumerOf(async () => {
    deaf = await subscribeDeaf(`${api.url}/v1/chain/events/live`, api.keyOf('auditor'))
  })
  const well = await live()
  const big = Array.from({ length: 100 }, () => event('Escrow', 'Reserved', 'x'.repeat(100_000)))
  const published = publish.chain(big)
  await expect.poll(consumers, soon).not.toContain(consumer)
  // Now it reads: what was sent, and at the end the close frame.
  const parts: Buffer[] = []
  deaf!.on('data', part => parts.push(part))
  await once(deaf!, 'close')
  await published
  await expect.poll(() => well.events.length, soon).toBe(big.length)
  const received = Buffer.concat(parts)
  expect(received.length).toBeLessThan(100 * 100_000)
  const reason = Buffer.from('too slow: come again after ')
  const at = received.lastIndexOf(reason)
  expect(at).toBeGreaterThan(0)
  expect(received.readUInt16BE(at - 2)).toBe(1013)
  expect(Number(received.subarray(at + reason.length).toString())).toBeGreaterThan(5)
})

test('one that does not answer the heartbeat is gone, with its consumer', async () => {
  let deaf: Socket | undefined
  const consumer = await consumerOf(async () => {
    deaf = await subscribeDeaf(`${api.url}/v1/chain/events/live`, api.keyOf('auditor'))
  })
  deaf!.resume()
  await once(deaf!, 'close')
  await expect.poll(consumers, soon).not.toContain(consumer)
})
