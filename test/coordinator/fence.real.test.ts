import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { agent, type SignedRefusal, skill } from '../../agents/sdk/define.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { signerOf } from '../../protocol/documents.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { queued } from '../agents/sdk/office.ts'
import { domain } from '../registry/consortium.ts'
import { startBareWorker } from './bare-worker.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()

/** A price of thousands weighs more than any good name: the cheap one is asked first. */
function clerk(name: string, price: bigint, refusals: SignedRefusal[], waitMs = 0) {
  return agent({
    name,
    description: 'Says who it is.',
    skills: [
      skill({
        name: `say-${name.split('-')[0]}`,
        version: '1.0.0',
        description: 'Says who it is.',
        input: z.object({}).loose(),
        output: z.object({ by: z.string() }),
        price,
        async run(_, { signal }) {
          await sleep(waitMs, undefined, { signal })
          return { by: name }
        },
      }),
    ],
    refused: refusal => refusals.push(refusal),
  })
}

const subtask = (name: string, more = {}) => ({ id: 'say', skill: `say-${name}@1`, deadlineMs: 1_000, ...more })

describe('an answer', () => {
  it('of a stale worker is refused by a signed word, and only the one that took its place is paid', async () => {
    const refusals: SignedRefusal[] = []
    const slow = await office.consortium.join(clerk('stale-slow', 1n, refusals), 'weather')
    const worker = await startBareWorker(office.consortium, slow)
    const quick = await office.employ(clerk('stale-quick', 3_000_000_000n, [], 2_000), 'health')
    const task = await office.open([subtask('stale', { deadlineMs: 3_000 })], { budget: 10_000_000_000n })
    const held = await worker.take()
    expect(held.item).toMatchObject({ attempt: 1, agentId: slow.agentId })
    await task.until('SubtaskAssigned', ({ attempt }) => attempt === 2)
    const answer = worker.resultOf(held.item, { by: 'stale-slow' })
    await worker.send(held.item, answer)
    // The bus takes the acknowledgement all the same: it proves nothing.
    expect(await held.message.ackAck()).toBe(true)

    await task.until('SettlementComputed')
    expect(task.task().output).toEqual({ say: { by: 'stale-quick' } })
    expect(task.task().settlement!.settlement.payments).toEqual([{ agentId: quick.agentId, amount: '3000000000' }])
    expect(task.events).not.toContainEqual(expect.objectContaining({ type: 'ResultReceived', agentId: slow.agentId }))

    await office.start(slow)
    await vi.waitFor(() => expect(refusals).toHaveLength(1), { timeout: 8_000 })
    const { signer, signature, ...refusal } = refusals[0]!
    expect(refusal).toMatchObject({
      taskId: task.taskId,
      subtaskId: 'say',
      attempt: 1,
      agentId: slow.agentId,
      answerHash: contentHash(answer),
      reason: 'ATTEMPT_OVER',
    })
    expect(signer).toBe(readKeyFile(`${office.stack.dir}/coordinator.json`).address)
    expect(signerOf(domain, 'Refusal', refusal, signature)).toBe(signer)
    await worker.stop()
  })

  it('after its deadline, of nobody that was asked, or with a receipt for something else, is told which', async () => {
    const asked = await office.consortium.join(clerk('late-asked', 1n, []), 'weather')
    const other = await office.consortium.join(clerk('late-other', 3_000_000_000n, []), 'weather')
    const [worker, stranger] = await Promise.all([
      startBareWorker(office.consortium, asked),
      startBareWorker(office.consortium, other),
    ])
    const task = await office.open([subtask('late', { attempts: 1 })], { budget: 10_000_000_000n })
    const { item, message } = await worker.take()
    const wrong = worker.resultOf({ ...item, inputHash: contentHash('another input') }, { by: 'x' })
    await worker.send(item, wrong)
    await stranger.send(item, stranger.resultOf(item, { by: 'x' }))
    await task.until('TaskFailed')
    await worker.send(item, worker.resultOf(item, { by: 'late' }), 'late')
    message.ack()
    const told = [await worker.nextRefusal(), await worker.nextRefusal(), await stranger.nextRefusal()]
    expect(told).toEqual(['RECEIPT_MISMATCH', 'TOO_LATE', 'NOT_ASSIGNED'])
    expect(task.task().settlement!.settlement.payments).toEqual([])
    await Promise.all([worker.stop(), stranger.stop()])
  })

  it('that comes again is met with silence, and one that says otherwise with a refusal', async () => {
    const member = await office.consortium.join(clerk('twice', 1n, []), 'weather')
    const worker = await startBareWorker(office.consortium, member)
    const task = await office.open([subtask('twice', { deadlineMs: 30_000 })])
    const { item, message } = await worker.take()
    const first = worker.resultOf(item, { by: 'one' })
    await worker.send(item, first)
    await task.until('ResultReceived')
    await worker.send(item, first, 'again')
    await worker.send(item, worker.resultOf(item, { by: 'two' }), 'otherwise')
    message.ack()
    expect(await worker.nextRefusal()).toBe('ANSWERED_ALREADY')
    await vi.waitFor(async () => expect(await queued(office.consortium.nc, member.agentId)).toBe(0), {
      timeout: 20_000,
    })
    expect(task.task().output).toEqual({ say: { by: 'one' } })
    await worker.stop()
  })

  it('counts once though the bus gave the work to two processes of its agent, and both acknowledge it', {
    timeout: 40_000,
  }, async () => {
    const member = await office.consortium.join(clerk('both', 1n, []), 'weather')
    const [one, two] = await Promise.all([
      startBareWorker(office.consortium, member),
      startBareWorker(office.consortium, member),
    ])
    const task = await office.open([subtask('both', { deadlineMs: 30_000 })])
    const first = await one.take()
    // Past the queue's patience (`ack_wait`) the work is given out again.
    const second = await two.take()
    expect(second.item).toEqual(first.item)
    await two.send(second.item, two.resultOf(second.item, { by: 'two' }), 'two')
    expect(await second.message.ackAck()).toBe(true)
    await task.until('ResultReceived')
    await one.send(first.item, one.resultOf(first.item, { by: 'one' }), 'one')
    expect(await first.message.ackAck()).toBe(true)
    expect(await one.nextRefusal()).toBe('ANSWERED_ALREADY')
    expect(task.events.filter(({ type }) => type === 'ResultReceived')).toHaveLength(1)
    expect(task.task().output).toEqual({ say: { by: 'two' } })
    await Promise.all([one.stop(), two.stop()])
  })
})
