import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { agent, Retryable, skill } from '../../agents/sdk/define.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { kill, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()
const keys: string[] = []

/** Cannot do it the first two times. */
const unsteady = agent({
  name: 'unsteady',
  description: 'Needs three tries.',
  skills: [
    skill({
      name: 'try',
      version: '1.0.0',
      description: 'Succeeds at the third attempt.',
      input: z.object({}).loose(),
      output: z.object({ attempt: z.number() }),
      price: 1n,
      run(_, { attempt, idempotencyKey }) {
        keys.push(idempotencyKey)
        if (attempt < 3) throw new Retryable('not yet')
        return { attempt }
      },
    }),
  ],
})

describe('a subtask whose agent fails', () => {
  it('is tried again after a wait that grows, though the coordinator dies in the middle of one', async () => {
    await office.employ(unsteady, 'weather')
    const retry = { backoffMs: 600, factor: 2, jitter: 0 }
    const task = await office.open([{ id: 'try', skill: 'try@1', attempts: 3, retry, deadlineMs: 10_000 }])
    await task.until('AttemptFailed', ({ attempt }) => attempt === 2)
    kill(office.children[0]!.pid)
    await office.startCoordinator()
    await task.until('TaskCompleted')
    expect(task.task().output).toEqual({ try: { attempt: 3 } })
    const of = <T extends 'AttemptFailed' | 'RetryDue' | 'SubtaskAssigned'>(type: T) =>
      task.events.filter((event): event is TaskEventOf<T> => event.type === type)
    const failed = of('AttemptFailed')
    expect(failed.map(({ atMs, retryAtMs }) => retryAtMs! - atMs)).toEqual([600, 1_200])
    for (const [index, { atMs }] of of('SubtaskAssigned').slice(1).entries()) {
      expect(atMs).toBeGreaterThanOrEqual(failed[index]!.retryAtMs!)
    }
    expect(of('RetryDue').map(({ attempt }) => attempt)).toEqual([1, 2])
    // One key for the subtask, whatever attempt: what took effect in one does not in the next.
    expect(new Set(keys)).toEqual(new Set([`${task.taskId}:try`]))
    expect(keys).toHaveLength(3)
  })
})
