import { describe, expect, test } from 'vitest'
import { fold } from '../../coordinator/flow/evolve.ts'
import { unknownTask } from '../../coordinator/flow/state.ts'
import type { Change } from '../../coordinator/views/change.ts'
import { rowsOfTask } from '../../coordinator/views/rows-of-task.ts'
import { keys, type TableName } from '../../coordinator/views/schema.ts'
import { TaskEntry } from '../../protocol/events.ts'
import { simulateFallback } from '../evidence/simulated-replan.ts'
import { askingTask, askingTaskId } from './asking-task.ts'
import { historyOf, taskIdOf } from './sample-task.ts'

const taskId = taskIdOf('katrina')
const history = historyOf('katrina')
const { task: end, events } = simulateFallback()
const replannedTask = { taskId: end.taskId, events }

describe('the rows of a task', () => {
  test('the history that the tests use is one the protocol allows', () => {
    for (const entry of history) expect(TaskEntry.parse(entry)).toEqual(entry)
  })

  test('say of task and subtasks, after every entry, what the flow says', () => {
    const tables = new Map<string, Row>()
    let task = unknownTask(taskId)
    for (const [index, entry] of history.entries()) {
      for (const change of rowsOfTask(entry, index + 1)) apply(tables, change)
      task = fold(task, entry.events)
      const row = tables.get(`tasks/${taskId}`)!
      expect(row).toMatchObject({ state: task.state, length: task.length, number: 1 })
      for (const { id, phase, attempts } of task.subtasks.values()) {
        expect(tables.get(`subtasks/${taskId}/${id}`)).toMatchObject({ phase, attempt: attempts })
      }
    }
  })

  test('say what another plan gives up and brings', () => {
    const tables = new Map<string, Row>()
    let task = unknownTask(replannedTask.taskId)
    for (const event of replannedTask.events) {
      const entry = { taskId: replannedTask.taskId, first: task.length, events: [event] }
      for (const change of rowsOfTask(entry, 1)) apply(tables, change)
      task = fold(task, [event])
      expect(tables.get(`tasks/${task.taskId}`)).toMatchObject({
        state: task.state,
        planHash: task.replanning.planHash,
      })
      for (const { id, phase, attempts } of task.subtasks.values()) {
        expect(tables.get(`subtasks/${task.taskId}/${id}`)).toMatchObject({ phase, attempt: attempts })
      }
    }
    expect(task.replanning.made).toBe(1)
  })

  test('say that a task waits for input as long as any question is open, and what was answered', () => {
    const tables = new Map<string, Row>()
    const { drive, entry, answer } = askingTask()
    const project = () => {
      const added = entry()
      expect(TaskEntry.parse(added)).toEqual(added)
      for (const change of rowsOfTask(added, 1)) apply(tables, change)
      const { state, subtasks } = drive.task
      expect(tables.get(`tasks/${askingTaskId}`)).toMatchObject({ state })
      for (const { id, phase } of subtasks.values()) {
        expect(tables.get(`subtasks/${askingTaskId}/${id}`)).toMatchObject({ phase })
      }
    }
    const open = () => tables.get(`tasks/${askingTaskId}`)!.openQuestions
    const question = (id: string) =>
      tables.get(`questions/${askingTaskId}/${id}/${drive.task.subtasks.get(id)!.question!.contentHash}`)
    project()
    expect(open()).toBe(2)
    expect(question('harbour')).toMatchObject({ question: 'Closed?', show: '{}', default: 'null', answer: null })
    expect(question('bridge')).toMatchObject({ show: 'null', default: null, answeredAtMs: null })
    answer('bridge', true)
    project()
    expect(open()).toBe(1)
    drive.at(6_000)
    project()
    expect(open()).toBe(0)
    expect(question('harbour')).toMatchObject({ answer: 'null', answerer: null, answeredAtMs: 6_000 })
    expect(question('bridge')).toMatchObject({ answer: '{"closed":true}', answerer: `0x${'11'.repeat(20)}` })
  })

  test('the parts of a settlement sum to the budget', () => {
    const tables = new Map<string, Row>()
    for (const [index, entry] of history.entries()) {
      for (const change of rowsOfTask(entry, index + 1)) apply(tables, change)
    }
    const money = [...tables].filter(([key]) => key.startsWith('money/')).map(([, row]) => row)
    const fromBudget = money.filter(({ kind }) => kind !== 'penalty').map(({ amount }) => BigInt(amount as string))
    expect(fromBudget.reduce((sum, amount) => sum + amount, 0n)).toBe(1_000_000n)
    expect(money.filter(({ kind }) => kind === 'penalty').map(({ fault }) => fault)).toEqual(['wrong', 'no-show'])
  })

  test('what waits too long for a free agent shows it until it is given out, and its task shows when it last did', () => {
    const tables = new Map<string, Row>()
    const [submitted, , planned, assigned] = history as [TaskEntry, TaskEntry, TaskEntry, TaskEntry]
    const warned = { type: 'StarvationWarned' as const, atMs: 7, subtaskId: 'forecast', attempt: 1, sinceMs: 5 }
    for (const entry of [submitted, planned, { taskId, first: 3, events: [warned] }]) {
      for (const change of rowsOfTask(entry, 1)) apply(tables, change)
    }
    expect(tables.get(`subtasks/${taskId}/forecast`)).toMatchObject({ phase: 'waiting', warnedAtMs: 7 })
    expect(tables.get(`tasks/${taskId}`)).toMatchObject({ priority: 'emergency', warnedAtMs: 7 })
    for (const change of rowsOfTask(assigned, 1)) apply(tables, change)
    expect(tables.get(`subtasks/${taskId}/forecast`)).toMatchObject({ phase: 'executing', warnedAtMs: null })
    expect(tables.get(`tasks/${taskId}`)).toMatchObject({ warnedAtMs: 7 })
  })

  test('an agent that failed has its reason, and a second attempt leaves the first as it was', () => {
    const tables = new Map<string, Row>()
    const [submitted, , planned, assigned] = history as [TaskEntry, TaskEntry, TaskEntry, TaskEntry]
    const key = { subtaskId: 'forecast', attempt: 1 }
    const failure = { taskId, ...key, agentId: '0', inputHash: taskId, reason: 'no data', retry: true }
    const second = { ...assigned.events[0]!, attempt: 2 } as TaskEntry['events'][number]
    const signature = `0x${'ab'.repeat(65)}` as const
    const failing: TaskEntry = {
      taskId,
      first: 5,
      events: [
        { type: 'ResultReceived', atMs: 5, ...key, agentId: '0', answer: { kind: 'failure', failure, signature } },
        { type: 'AttemptFailed', atMs: 6, ...key, reason: 'no data', retry: true, verdict: null },
        second,
      ],
    }
    for (const entry of [submitted, planned, assigned, failing]) {
      for (const change of rowsOfTask(entry, 1)) apply(tables, change)
    }
    expect(tables.get(`assignments/${taskId}/forecast/1/0`)).toMatchObject({ failure: 'no data', answeredAtMs: 5 })
    expect(tables.get(`assignments/${taskId}/forecast/2/0`)).toMatchObject({ failure: null, answeredAtMs: null })
    expect(tables.get(`subtasks/${taskId}/forecast`)).toMatchObject({
      phase: 'executing',
      attempt: 2,
      reason: 'no data',
    })
  })
})

type Row = Record<string, unknown>

/** What the database does with a change, on a map of rows. */
function apply(tables: Map<string, Row>, change: Change): void {
  const place = (table: TableName, key: Row) => [table, ...keys[table].map(column => key[column])].join('/')
  if ('put' in change) {
    tables.set(place(change.put, change.row), change.row)
    return
  }
  if ('given' in change) throw new Error('a task changes nothing that depends on other rows')
  const table = 'set' in change ? change.set : 'copy' in change ? change.copy : change.revise
  const row = tables.get(place(table, change.key))
  if (!row) return
  if ('copy' in change) {
    const copied = { ...row, ...(change.as as unknown as (row: Row) => Row)(row) }
    tables.set(place(table, copied), copied)
    return
  }
  const to = 'set' in change ? change.to : (change.by as (row: Row) => Row)(row)
  tables.set(place(table, change.key), { ...row, ...to })
}
