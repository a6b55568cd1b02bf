import { setTimeout as sleep } from 'node:timers/promises'
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import { describe, expect, it, vi } from 'vitest'
import { DEFAULT_PARAMS } from '../../../contracts/deployment-params.ts'
import { streams, subjects, workConsumer } from '../../../protocol/subjects.ts'
import { ackWaitMs } from '../../../registry/agent-permissions.ts'
import { listDeadLetters } from '../../../stack/dead-letters.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { startBareWorker } from '../../coordinator/bare-worker.ts'
import { clerk } from '../../coordinator/clerk.ts'
import { kill, withCoordinators } from '../../coordinator/with-coordinators.ts'
import { connectAs } from '../../registry/consortium.ts'

const office = withCoordinators()

describe('a work queue', () => {
  it('takes no two consumers whose filters overlap (10100): an agent has one, for its own subject, whoever makes it, however often', async () => {
    const { consortium } = office
    const members = [await consortium.join(clerk('first')), await consortium.join(clerk('second'))]
    const connections = await Promise.all([...members, ...members].map(member => connectAs(consortium, member)))
    await Promise.all(connections.map(nc => nc.close()))
    const jsm = await jetstreamManager(consortium.nc)
    const filters: unknown[] = []
    for await (const { name, config } of jsm.consumers.list(streams.work)) filters.push([name, config.filter_subject])
    const own = ({ agentId }: { agentId: string }) => [workConsumer(agentId), subjects.work(agentId)]
    expect(filters.sort()).toEqual(members.map(own))
    const overlapping = { durable_name: 'all', filter_subject: subjects.work('*'), ack_policy: AckPolicy.Explicit }
    await expect(jsm.consumers.add(streams.work, overlapping)).rejects.toMatchObject({ code: 10100 })
  })

  it('swallows an id that it knows: the attempt is in it, so that an agent that failed is asked again at once', async () => {
    const member = await office.consortium.join(clerk('fails-once'))
    const worker = await startBareWorker(office.consortium, member)
    const task = await office.open([{ id: 'one', skill: 'fails-once@1', attempts: 2, deadlineMs: 20_000 }])
    const first = await worker.take()
    await worker.send(first.item, worker.failureOf(first.item, 'not yet', true))
    first.message.ack()
    const second = await worker.take()
    expect([first, second].map(({ item }) => item.attempt)).toEqual([1, 2])
    expect([first, second].map(({ message }) => message.headers!.get('Nats-Msg-Id'))).toEqual(
      [1, 2].map(attempt => `${task.taskId}/one/${attempt}/${member.agentId}/execute`),
    )
    const jsm = await jetstreamManager(office.consortium.nc)
    const { config } = await jsm.streams.info(streams.work)
    const betweenMs = (second.message.info.timestampNanos - first.message.info.timestampNanos) / 1e6
    expect(betweenMs).toBeLessThan(config.duplicate_window / 1e6)
    await worker.send(second.item, worker.resultOf(second.item, {}))
    second.message.ack()
    await task.until('TaskCompleted')
    await worker.stop()
  })

  it('gives out anew what is not acknowledged in ack_wait: an agent at work says `working`, and no other process of its gets it', async () => {
    let runs = 0
    const member = await office.employ(
      clerk('slow', async () => {
        runs += 1
        await sleep(ackWaitMs + 2_000)
      }),
      'weather',
    )
    const other = await startBareWorker(office.consortium, member)
    const task = await office.open([{ id: 'one', skill: 'slow@1', deadlineMs: 30_000 }])
    await vi.waitFor(() => expect(runs).toBe(1), { timeout: 10_000 })
    expect(await other.next(ackWaitMs + 1_000)).toBeNull()
    await task.until('TaskCompleted')
    expect(runs).toBe(1)
    await other.stop()
  })

  it('keeps what max_deliver is reached for and says so once: heard later too, by a coordinator that was away, it becomes a dead letter', {
    timeout: 90_000,
  }, async () => {
    const { nc } = office.consortium
    const member = await office.consortium.join(clerk('unwilling'))
    const worker = await startBareWorker(office.consortium, member)
    await office.open([{ id: 'one', skill: 'unwilling@1', deadlineMs: 60_000 }])
    const first = await worker.take()
    for (const { pid } of office.children) kill(pid)
    first.message.nak()
    for (let delivery = 2; delivery <= 10; delivery++) (await worker.take()).message.nak()
    expect(await worker.next(1_500)).toBeNull()
    const jsm = await jetstreamManager(nc)
    const left = () => jsm.streams.getMessage(streams.work, { seq: first.message.seq })
    expect(await left()).not.toBeNull()
    await office.startCoordinator()
    const letter = await vi.waitFor(
      async () => {
        const [found] = await listDeadLetters(nc, streams.work)
        expect(found).toBeDefined()
        return found
      },
      { timeout: 20_000, interval: 250 },
    )
    expect(letter).toMatchObject({ subject: subjects.work(member.agentId), attempts: 10 })
    await vi.waitFor(async () => expect(await left()).toBeNull(), { timeout: 10_000 })
    await worker.stop()
  })

  it('keeps for ever what nobody takes: ours does for longer than any task may last, and what has aged out holds up nothing', {
    timeout: 60_000,
  }, async () => {
    const { nc } = office.consortium
    const jsm = await jetstreamManager(nc)
    const { config } = await jsm.streams.info(streams.work)
    expect(config.max_age).toBeGreaterThan(nanos(DEFAULT_PARAMS.maxTaskSeconds * 1_000))
    const member = await office.consortium.join(clerk('gone'))
    const worker = await startBareWorker(office.consortium, member)
    const gone = await office.open([{ id: 'one', skill: 'gone@1', attempts: 1, deadlineMs: 10_000 }])
    const first = await worker.take()
    await jsm.streams.update(streams.work, { max_age: nanos(200), duplicate_window: nanos(100) })
    const left = () => jsm.streams.getMessage(streams.work, { seq: first.message.seq })
    await vi.waitFor(async () => expect(await left()).toBeNull(), { timeout: 10_000 })
    await ensureStreams(nc, { replicas: 1 })
    first.message.nak()
    // What is owed the log says, and not the queue.
    await gone.until('AttemptExpired')
    await gone.until('TaskFailed')
    const back = await office.open([{ id: 'one', skill: 'gone@1', deadlineMs: 20_000 }])
    let next = await worker.next()
    // That it was given up: on a slow machine that has aged out too.
    if (next?.item.kind === 'cancel') {
      next.message.ack()
      next = await worker.next()
    }
    if (next?.item.kind !== 'execute') throw new Error('new work is not given out')
    expect(next.item.taskId).toBe(back.taskId)
    await worker.send(next.item, worker.resultOf(next.item, {}))
    next.message.ack()
    await back.until('TaskCompleted')
    await worker.stop()
  })
})
