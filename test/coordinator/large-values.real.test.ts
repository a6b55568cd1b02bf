import { expect, it } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../agents/sdk/define.ts'
import { startBareWorker } from './bare-worker.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()
/** Of the 8 MiB that a message of the embedded bus has. */
const outputBytes = 2_000_000

/** Answers with a text of so many characters. */
function writer(name: string, length = outputBytes) {
  return agent({
    name,
    description: 'Writes much.',
    skills: [
      skill({
        name,
        version: '1.0.0',
        description: 'Writes much.',
        input: z.object({}).loose(),
        output: z.object({ text: z.string() }),
        price: 1_000n,
        run: async () => ({ text: 'x'.repeat(length) }),
      }),
    ],
  })
}

const once = { deadlineMs: 40_000, attempts: 1 }
const five = Array.from({ length: 5 }, (_, place) => ({ place }))

it('what five answers come to has no room in a message: the task fails at once, says why, and pays all five', async () => {
  const { agentId } = await office.employ(writer('write-list'), 'weather')
  const forEach = { items: 'input.five', as: 'each', concurrency: 5, max: 5 }
  const task = await office.open([{ id: 'list', skill: 'write-list@1', input: 'each', forEach, ...once }], {
    input: { five },
  })
  const { settlement } = await task.until('SettlementComputed')
  expect(task.task().state).toBe('failed')
  expect(task.events.filter(({ type }) => type === 'SubtaskAgreed')).toHaveLength(5)
  const reason = expect.stringMatching(/^what its items came to is too large: /)
  expect(task.events).toContainEqual(expect.objectContaining({ type: 'SubtaskFailed', subtaskId: 'list', reason }))
  expect(settlement.payments).toEqual([{ agentId, amount: '5000' }])
  expect(settlement.penalties).toEqual([])
})

it('work that together has no room with the answer that made it ready is written in entries of its own', async () => {
  await office.employ(writer('write-much'), 'weather')
  await office.employ(writer('write-little', 1), 'health')
  const little = five.map(({ place }) => ({
    ...{ id: `little-${place}`, skill: 'write-little@1', after: ['much'], input: 'outputs.much' },
    ...once,
  }))
  const task = await office.open([{ id: 'much', skill: 'write-much@1', ...once }, ...little])
  await task.until('SettlementComputed')
  expect(task.task().state).toBe('completed')
  expect(task.events.filter(({ type }) => type === 'SubtaskAssigned')).toHaveLength(6)
})

it('an answer that is larger than may be is refused by a signed word', async () => {
  const member = await office.consortium.join(writer('write-too-much'), 'weather')
  const worker = await startBareWorker(office.consortium, member)
  const task = await office.open([{ id: 'much', skill: 'write-too-much@1', ...once }])
  const { item, message } = await worker.take()
  message.ack()
  await worker.send(item, worker.resultOf(item, { text: 'x'.repeat(2 * outputBytes) }))
  expect(await worker.nextRefusal()).toBe('TOO_LARGE')
  await worker.send(item, worker.resultOf(item, { text: 'as much as may be' }))
  await task.until('TaskCompleted')
  await worker.stop()
})

it('a plan that no message has room for is rejected', async () => {
  await office.employ(writer('write-plan'), 'weather')
  const input = `{ text: '${'x'.repeat(60_000)}' }`
  const subtasks = Array.from({ length: 150 }, (_, place) => ({
    id: `s-${place}`,
    skill: 'write-plan@1',
    input,
    deadlineMs: 100,
  }))
  const task = await office.open(subtasks)
  expect(await task.until('TaskRejected')).toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
    reason: expect.stringMatching(/^the plan has \d+ bytes/),
  })
})
