import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { beforeAll, expect, test } from 'vitest'
import { streams } from '../../protocol/subjects.ts'
import { Publisher } from '../views/publish.ts'
import { historyOf, taskIdOf } from '../views/sample-task.ts'
import { readEvents } from './read-events.ts'
import { withApi } from './with-api.ts'

const api = withApi({ heartbeatMs: 50, streamsPerKey: 3 })
let publish: Publisher
const pathOf = (name: string) => `/v1/tasks/${taskIdOf(name)}/events`
const eventsOf = (name: string) => historyOf(name).flatMap(({ events }) => events)

beforeAll(async () => {
  publish = new Publisher(api.nc)
  await publish.entries(historyOf('proven'))
})

const follow = (name: string, headers: Record<string, string> = {}) =>
  api.request(pathOf(name), { as: 'viewer', headers })

test('gives the history, event by event, and ends with the proof', async () => {
  const response = await follow('proven')
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const { events } = await readEvents(response)
  expect(events.map(({ data }) => data)).toEqual(eventsOf('proven'))
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index))
  expect(events.every(({ type, data }) => type === data.type)).toBe(true)
})

test('goes on live where the history ends', async () => {
  const history = historyOf('live')
  await publish.entries(history.slice(0, 3))
  const reading = readEvents(await follow('live'))
  await sleep(50)
  await publish.entries(history.slice(3))
  expect((await reading).events.map(({ data }) => data)).toEqual(eventsOf('live'))
})

test('goes on after the last event that the reader has, even in the middle of an entry', async () => {
  for (const last of [0, 1, 6, 19]) {
    const { events } = await readEvents(await follow('proven', { 'last-event-id': `${last}` }))
    expect(events[0]!.id).toBe(last + 1)
    expect(events.map(({ data }) => data)).toEqual(eventsOf('proven').slice(last + 1))
  }
})

test('an id that is none is refused, and not taken for that of the first event', async () => {
  for (const last of ['', 'x', '-1', '1e1']) {
    const problem = await api.problem(pathOf('proven'), { as: 'viewer', headers: { 'last-event-id': last } })
    expect(problem).toMatchObject({ status: 400, code: 'COMMAND_INVALID' })
  }
})

test('asked for its head alone, no stream is opened', async () => {
  const response = await api.request(pathOf('proven'), { method: 'HEAD', as: 'viewer' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET')
})

test('tells a reader who has everything not to come again', async () => {
  const response = await follow('proven', { 'last-event-id': `${eventsOf('proven').length - 1}` })
  expect(response.status).toBe(204)
})

test('a reader that broke off and comes again misses nothing and gets nothing twice', async () => {
  const history = historyOf('broken')
  await publish.entries(history.slice(0, 2))
  const before = await readEvents(await follow('broken'), 2)
  await publish.entries(history.slice(2))
  const after = await readEvents(await follow('broken', { 'last-event-id': `${before.events.at(-1)!.id}` }))
  expect([...before.events, ...after.events].map(({ data }) => data)).toEqual(eventsOf('broken'))
})

test('a heartbeat says that the line is up while nothing happens', async () => {
  const history = historyOf('quiet')
  await publish.entries(history.slice(0, 1))
  const reading = readEvents(await follow('quiet'))
  await sleep(300)
  await publish.entries(history.slice(1))
  expect((await reading).comments).toBeGreaterThan(1)
})

test('a key has so many streams at once, and gets a place back when one ends', async () => {
  await publish.entries(historyOf('open').slice(0, 1))
  const open = [await follow('open'), await follow('open'), await follow('open')]
  const refused = await follow('open')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' })
  expect((await api.request(pathOf('open'), { as: 'auditor' })).status).toBe(200)
  await Promise.all(open.map(response => response.body!.cancel()))
  await expect.poll(async () => (await follow('open')).status).toBe(200)
})

test('readers that are gone before their stream is open take no places', async () => {
  await publish.entries(historyOf('hasty').slice(0, 1))
  const { hostname, port } = new URL(api.url)
  const head = `GET ${pathOf('hasty')} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer ${api.keyOf('requester')}\r\n\r\n`
  api.bus.kill('SIGSTOP')
  for (let readers = 0; readers < 3; readers++) {
    const socket = connect(Number(port), hostname, () => socket.write(head, () => socket.destroy()))
    await once(socket, 'close')
  }
  // What was sent later is answered now, so of those it is known that they are gone.
  expect((await api.request('/v1/errors')).status).toBe(200)
  api.bus.kill('SIGCONT')
  const statusOfNext = async () => {
    const response = await api.request(pathOf('hasty'), { as: 'requester' })
    await response.body!.cancel()
    return response.status
  }
  await expect.poll(statusOfNext).toBe(200)
})

test('a stream that ends leaves no consumer on the bus', async () => {
  const jsm = await jetstreamManager(api.nc)
  await readEvents(await follow('proven'))
  const followers = async () => {
    const consumers = await jsm.consumers.list(streams.tasks).next()
    return consumers.filter(({ config }) => config.filter_subject?.endsWith(taskIdOf('proven'))).length
  }
  await expect.poll(followers).toBe(0)
})
