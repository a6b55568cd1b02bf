import { randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { handleWith } from '../../coordinator/handle.ts'
import { Keeper } from '../../coordinator/keeper.ts'
import { LeafWriter } from '../../coordinator/leaf-writer.ts'
import { keepEvidence } from '../../coordinator/react/keep-evidence.ts'
import { TaskEntry } from '../../protocol/events.ts'
import { Leaf } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { commandsToPlan, openTaskLog, silent } from './log/with-log.ts'

const { connect } = withStack()
const domain = { name: 'Entente', version: '1', chainId: 31337, verifyingContract: `0x${'11'.repeat(20)}` } as const
let nc: NatsConnection

beforeAll(async () => {
  nc = await connect('two coordinators')
  await ensureStreams(nc, { replicas: 1 })
})

/** As much of a coordinator as takes commands and keeps evidence, with a memory of its own. */
async function coordinator() {
  const tasks = await openTaskLog(nc, randomUUID())
  const kept = await Keeper.start(nc, domain, `0x${'22'.repeat(32)}`, silent)
  onTestFinished(() => kept.stop())
  const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)]
  const leaves = new LeafWriter(js)
  return { jsm, tasks, handle: handleWith(tasks), keeper: kept.keeper, leaves }
}

async function entriesOf({ jsm }: Awaited<ReturnType<typeof coordinator>>, taskId: Hex): Promise<TaskEntry[]> {
  const entries: TaskEntry[] = []
  for await (const message of readSubject(jsm, streams.tasks, subjects.task(taskId))) {
    entries.push(parseJson(TaskEntry, message.data)!)
  }
  return entries
}

test('several commands are one entry, each decided on what the one before it brought', async () => {
  const one = await coordinator()
  const [{ plan }, [submit, ...others]] = commandsToPlan()
  const [together, apart] = ['1a', '1b'].map((byte): Hex => `0x${byte.repeat(32)}`) as [Hex, Hex]
  await one.handle(together, () => submit!)
  const task = await one.handle(together, () => others)
  expect(task.plan).toEqual(plan)
  for (const command of [submit!, ...others]) await one.handle(apart, () => command)
  const [first, second, third] = await entriesOf(one, together)
  expect([first!.events.length, third]).toEqual([1, undefined])
  expect([...first!.events, ...second!.events]).toEqual((await entriesOf(one, apart)).flatMap(({ events }) => events))
  // Those that were taken already bring nothing.
  await one.handle(together, () => others)
  expect(await entriesOf(one, together)).toHaveLength(2)
})

describe('of two coordinators', () => {
  test('one that last saw a task long ago takes a command by what the log has now', async () => {
    const [first, second] = [await coordinator(), await coordinator()]
    const [{ taskId }, [submit, ...others]] = commandsToPlan()
    await first.handle(taskId, () => submit!)
    await second.handle(taskId, () => null)
    for (const command of others) await first.handle(taskId, () => command)
    const plans: boolean[] = []
    const task = await second.handle(taskId, ({ plan }) => {
      plans.push(plan !== null)
      return plan ? { type: 'cancel', atMs: 2_000, reason: 'enough', by: null } : null
    })
    expect(plans).toEqual([false, true])
    expect(task.state).toBe('canceled')
  })

  test('the one with a later entry keeps the evidence of the earlier ones first', async () => {
    const [first, second] = [await coordinator(), await coordinator()]
    const taskId = `0x${'cd'.repeat(32)}` as const
    for (const command of commandsToPlan()[1]) await first.handle(taskId, () => command)
    const entries = await entriesOf(first, taskId)
    expect(entries).toHaveLength(4)
    const { task } = await second.tasks.read(taskId)
    await keepEvidence(second, task, entries[2]!)
    await keepEvidence(first, task, entries[0]!)
    await keepEvidence(first, task, entries[1]!)
    await keepEvidence(first, task, entries[3]!)
    const leaves: Leaf[] = []
    for await (const message of readSubject(first.jsm, streams.evidence, subjects.evidence('event'))) {
      leaves.push(parseJson(Leaf, message.data)!)
    }
    const own = leaves.filter(leaf => leaf.taskId === taskId)
    expect(own.map(({ first }) => first)).toEqual(entries.map(({ first }) => first))
  })
})
