import { expect, it } from 'vitest'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { HeldTasks } from '../../../coordinator/warning/held-tasks.ts'
import type { Hex } from '../../../protocol/hash.ts'

const idOf = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`
const held = (number: number, bytes: number) => ({ task: unknownTask(idOf(number)), atMs: 0, bytes })

it('holds tasks for as long as their entries are no larger together than it may hold, the latest longest', () => {
  const gone: Hex[] = []
  const tasks = new HeldTasks(1_000, ({ task }) => gone.push(task.taskId))
  for (let number = 0; number < 100; number++) tasks.put(held(number, 10))
  expect(gone).toEqual([])
  tasks.put(held(0, 30))
  expect(gone).toEqual([idOf(1), idOf(2)])
  tasks.delete(idOf(3))
  tasks.put(held(100, 10))
  expect(gone).toHaveLength(2)
  expect([tasks.get(idOf(0))?.bytes, tasks.get(idOf(1)), tasks.tasks().length]).toEqual([30, undefined, 98])
})

it('holds a few, however large they are', () => {
  const tasks = new HeldTasks(0, () => {})
  for (let number = 0; number < 20; number++) tasks.put(held(number, 1_000_000))
  expect(tasks.tasks()).toHaveLength(16)
})
