import { type JetStreamClient, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, expect, test } from 'vitest'
import { LeafWriter } from '../../coordinator/leaf-writer.ts'
import { readLeaves } from '../../coordinator/read-leaf.ts'
import type { Leaf } from '../../protocol/evidence.ts'
import { sha256 } from '../../protocol/hash.ts'
import { streams } from '../../protocol/subjects.ts'
import { openJetstream } from '../../stack/publish.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const { connect } = withStack()
let nc: NatsConnection
let js: JetStreamClient

beforeAll(async () => {
  nc = await connect('leaf writer')
  await ensureStreams(nc, { replicas: 1 })
  js = openJetstream(nc)
})

function leavesOf(task: string, count: number, events = 1): Leaf[] {
  const event = { type: 'SubtaskAssigned', hash: sha256(task) }
  return Array.from({ length: count }, (_, index) => ({
    taskId: sha256(task),
    first: index * events,
    events: Array.from({ length: events }, () => event),
  }))
}

const namesOf = (leaves: readonly Pick<Leaf, 'taskId' | 'first'>[]) =>
  leaves.map(({ taskId, first }) => `${taskId}/${first}`)

/** Of each message after this one, the leaves that it has. */
async function written(after: number): Promise<string[][]> {
  const jsm = await jetstreamManager(nc)
  const messages: string[][] = []
  for (let seq = after + 1; ; seq++) {
    const message = await jsm.streams.getMessage(streams.evidence, { seq })
    if (!message) return messages
    messages.push(namesOf(readLeaves(message.data)))
  }
}

const end = async () => (await (await jetstreamManager(nc)).streams.info(streams.evidence)).state.last_seq

test('leaves that come while others are under way share a message, in their order, and each is told of its own', async () => {
  const after = await end()
  const writer = new LeafWriter(js)
  const leaves = leavesOf('together', 50)
  const sequences = await Promise.all(leaves.map(leaf => writer.write(leaf)))
  const messages = await written(after)
  expect(messages.map(({ length }) => length)).toEqual([1, 49])
  expect(messages.flat()).toEqual(namesOf(leaves))
  for (const [index, leaf] of leaves.entries()) {
    expect(messages[sequences[index]! - after - 1]).toContain(namesOf([leaf])[0])
  }
})

test('no message grows beyond what the bus takes', async () => {
  const after = await end()
  const writer = new LeafWriter(js)
  // Some 100 bytes an event: 70 kB a leaf, 4 MB in all.
  const leaves = leavesOf('large', 60, 700)
  await Promise.all(leaves.map(leaf => writer.write(leaf)))
  const messages = await written(after)
  expect(messages.flat()).toEqual(namesOf(leaves))
  expect(messages.length).toBeGreaterThan(8)
})

test('of two who write the same leaf, alone in its message, it is written once', async () => {
  const after = await end()
  const [one, other] = [new LeafWriter(js), new LeafWriter(js)]
  const leaves = leavesOf('both', 10)
  const sequences: number[] = []
  for (const leaf of leaves) sequences.push(await one.write(leaf), await other.write(leaf))
  expect(new Set(sequences).size).toBe(10)
  expect(await written(after)).toEqual(leaves.map(leaf => namesOf([leaf])))
})

test('a leaf that is written again lies where it lay', async () => {
  const writer = new LeafWriter(js)
  const leaves = leavesOf('again', 5)
  const sequences = await Promise.all([...leaves, ...leaves].map(leaf => writer.write(leaf)))
  expect(sequences.slice(5)).toEqual(sequences.slice(0, 5))
  const after = await end()
  expect(await writer.write(leaves[4]!)).toBe(sequences[4])
  expect(await written(after)).toEqual([])
})

test('what could not be stored fails for all who share it, is written when it is handed in again, and stops nobody', async () => {
  const after = await end()
  let failures = 0
  const publish: JetStreamClient['publish'] = (...args) =>
    ++failures === 2 ? Promise.reject(new Error('away')) : js.publish(...args)
  const writer = new LeafWriter({ publish })
  const [first, ...shared] = leavesOf('fails', 4)
  const writing = [first!, ...shared].map(leaf => writer.write(leaf))
  const settled = await Promise.allSettled(writing)
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
  await Promise.all(shared.map(leaf => writer.write(leaf)))
  expect((await written(after)).flat()).toEqual(namesOf([first!, ...shared]))
})
