import { describe, expect, it } from 'vitest'
import { advance } from '../../../coordinator/flow/decide.ts'
import type { Task } from '../../../coordinator/flow/state.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { Plan } from '../../../protocol/plan.ts'
import { Drive, planOf } from './drive.ts'

/** Goes on with the task that the rules have made, as a coordinator does, and folds no event twice. */
class Advancing extends Drive {
  /** How often an expression has read from the input. */
  reads = 0

  override when(command: Parameters<Drive['when']>[0]): TaskEvent[] {
    const { events, task } = advance(this.task, { atMs: this.nowMs, ...command } as Parameters<typeof advance>[1])
    this.task = command.type === 'submit' ? this.#counting(task) : task
    this.history.push(...events)
    return events
  }

  #counting(task: Task): Task {
    const read = () => {
      this.reads += 1
      return 1
    }
    const input = Object.defineProperty({}, 'heavy', { get: read, enumerable: true })
    return { ...task, submitted: { ...task.submitted!, input } }
  }
}

const steps = planOf([
  { id: 'first', input: '`1`' },
  { id: 'second', input: '`2`', attempts: 50 },
  { id: 'third', input: '`3`', after: ['first', 'second'] },
])
const fallback = { id: 'other', after: [], when: 'input.heavy == `2`', keep: [], subtasks: [], output: 'input' }

describe('what waits', () => {
  it.each<[string, Plan]>([
    ['for an agent, on a condition', planOf([...steps.subtasks, { id: 'last', when: 'input.heavy == `1`' }])],
    ['for an agent, with what it needs', planOf([...steps.subtasks, { id: 'last', needs: { beds: 'input.heavy' } }])],
    ['for its occasion, as a fallback', { ...steps, otherwise: [fallback] } as unknown as Plan],
  ])('%s, is evaluated once for each output that is added, and not at every event', (_, plan) => {
    const drive = new Advancing().planned(plan)
    const atFirst = drive.reads
    expect(atFirst).toBeGreaterThan(0)
    for (let attempt = 1; attempt <= 20; attempt++) {
      drive.assign('second', ['1'])
      drive.fail('second', '1', true)
    }
    expect(drive.history.length).toBeGreaterThan(60)
    expect(drive.reads).toBe(atFirst)
    drive.assign('first', ['2'])
    drive.result('first', '2', 'done')
    expect(drive.reads).toBe(2 * atFirst)
    drive.assign('second', ['1'])
    drive.result('second', '1', 'done')
    expect(drive.reads).toBe(3 * atFirst)
  })
})
