import { expect, it } from 'vitest'
import { BatchTasks } from '../../../../coordinator/settlement/settler/batch-tasks.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import type { Hex } from '../../../../protocol/hash.ts'
import { simulateTask } from '../../../evidence/simulated-task.ts'

const { events } = simulateTask('completed')
const hash: Hex = `0x${'0b'.repeat(32)}`
const [opened] = events
const computed = events.find(({ type }) => type === 'SettlementComputed')!
const covered: TaskEvent = { type: 'BudgetCovered', atMs: 1, blockNumber: 1, blockHash: hash }
const mined = { txHash: hash, blockNumber: 1 }
const batched: TaskEvent = { type: 'TaskBatched', atMs: 1, batch: '7', data: hash, line: 0, message: hash, ...mined }
const taskId: Hex = `0x${'0a'.repeat(32)}`

/** The task as it was ordered, to be settled by a batch. */
function submitted(settlement?: 'batch'): TaskEvent {
  if (opened?.type !== 'TaskSubmitted') throw new Error('a history begins otherwise')
  const policy = { ...opened.spec.policy, ...(settlement ? { settlement } : {}) }
  return { ...opened, spec: { ...opened.spec, policy } }
}

const after = (...given: TaskEvent[]) => {
  const tasks = new BatchTasks()
  given.forEach((event, first) => {
    tasks.take({ taskId, first, events: [event] })
  })
  return tasks
}

it('keeps what is settled by a batch from its order to its settlement, and nothing else', () => {
  const order = submitted('batch')
  expect(after(submitted(), covered, computed).waiting()).toEqual([])
  expect(after(order).uncovered()).toHaveLength(1)
  expect(after(order, covered, computed).waiting()).toHaveLength(1)
  expect(after(order, covered, computed, batched).waiting()).toEqual([])
  expect(after(order, covered, computed, batched).inBatch('7')).toEqual([taskId])
  const fell: TaskEvent = { type: 'BatchFell', atMs: 1, batch: '7', how: 'condemned' }
  expect(after(order, covered, computed, batched, fell).waiting()).toHaveLength(1)
  expect(
    after(order, covered, computed, batched, { type: 'TaskSettled', atMs: 1, ...mined }).get(taskId),
  ).toBeUndefined()
})

it('knows what an account is still to pay: budgets of what is covered, until a batch has taken them', () => {
  const order = submitted('batch')
  const { requester, budget } = order as Extract<TaskEvent, { type: 'TaskSubmitted' }>
  const pledged = (...given: TaskEvent[]) => after(order, ...given).pledgedBy(requester.address)
  expect(pledged()).toBe(0n)
  expect(pledged(covered)).toBe(BigInt(budget))
  expect(pledged(covered, computed, batched)).toBe(0n)
})

it('forgets what ended before anybody covered it', () => {
  const failed: TaskEvent = { type: 'TaskFailed', atMs: 1, reason: 'its deadline passed' }
  expect(after(submitted('batch'), failed).get(taskId)).toBeUndefined()
  expect(after(submitted('batch'), covered, failed).get(taskId)).toBeDefined()
})
