import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../agents/sdk/define.ts'
import { listDeadLetters } from '../../stack/dead-letters.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()
const done: string[] = []

const input = z.object({ what: z.string() })
const output = z.object({ ref: z.string() })
const make = (name: string, run: (what: string) => string) =>
  skill({
    name,
    version: '1.0.0',
    description: 'For a test.',
    input,
    output,
    price: 1_000n,
    run: ({ what }) => ({ ref: run(what) }),
  })

const bookings = agent({
  name: 'bookings',
  description: 'Books, and takes back.',
  skills: [
    make('book', what => {
      if (what === 'sold out') throw new Error('nothing is left')
      done.push(`book ${what}`)
      return `ref of ${what}`
    }),
    make('release', what => {
      if (what === 'ref of ferry') throw new Error('the ferry keeps it')
      done.push(`release ${what}`)
      return what
    }),
  ],
})

describe('a task that fails in the end', () => {
  it('takes back what it did, last first, then pays for that too; what cannot be taken back is said', async () => {
    await office.employ(bookings, 'weather')
    const compensate = { skill: 'release@1', input: '{ what: output.ref }' }
    const book = (id: string, after: string[], what: string) => ({
      ...{ id, skill: 'book@1', after, input: `{ what: '${what}' }`, compensate, attempts: 1 },
    })
    const subtasks = [book('bus', [], 'bus'), book('ferry', ['bus'], 'ferry'), book('hotel', ['ferry'], 'hotel')]
    const task = await office.open([...subtasks, book('last', ['hotel'], 'sold out')], { durationS: 300 })
    await task.until('TaskFailed')
    await task.until('SettlementComputed')
    expect(done).toEqual(['book bus', 'book ferry', 'book hotel', 'release ref of hotel', 'release ref of bus'])
    expect(task.events.filter(({ type }) => type === 'SubtaskFailed').at(-1)).toMatchObject({
      subtaskId: 'undo-ferry',
      reason: '1 of 3 attempts failed: the ferry keeps it',
    })
    expect(task.task().state).toBe('failed')
    await vi.waitFor(
      async () =>
        expect(await listDeadLetters(office.consortium.nc)).toMatchObject([
          { stream: 'TASKS', subject: `ent.task.${task.taskId}`, consumer: 'undo-ferry' },
        ]),
      { timeout: 20_000 },
    )
    expect(task.task().settlement!.settlement.payments).toMatchObject([{ amount: '5000' }])
  })
})
