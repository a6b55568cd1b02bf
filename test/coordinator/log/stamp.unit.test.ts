import { expect, it } from 'vitest'
import { evolve } from '../../../coordinator/flow/evolve.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { headersOf, readStamp, type Stamp, stampOf } from '../../../coordinator/log/stamp.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { drawFrom, randomTask } from '../../evidence/random-task.ts'

const on = { atMs: 1e12, txHash: `0x${'11'.repeat(32)}`, blockNumber: 1 } as const
const ends: readonly TaskEvent[] = [
  { ...on, type: 'TaskSettled' },
  { ...on, type: 'TaskProven', size: 1, root: on.txHash, bundle: on.txHash },
]

/** The stamps that its log would have, if each event were an entry. */
function stampsOf({ task: { taskId }, events }: ReturnType<typeof randomTask>): Stamp[] {
  let task = unknownTask(taskId)
  return [...events, ...ends].map((event, index) => {
    task = evolve(task, event)
    return stampOf(task, 'writer', index + 1)
  })
}

it('says in its headers all that its writer knows, at every place of random logs', () => {
  const stamps = Array.from({ length: 60 }, (_, seed) => stampsOf(randomTask(drawFrom(seed)))).flat()
  expect(stamps.filter(({ demand }) => demand!.waiting.length > 0).length).toBeGreaterThan(100)
  expect(stamps.filter(({ deeds }) => deeds !== null).length).toBeGreaterThan(10)
  for (const stamp of stamps) {
    expect(readStamp({ subject: subjects.task(stamp.taskId), headers: headersOf(stamp) })).toStrictEqual(stamp)
  }
})
