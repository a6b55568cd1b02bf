import type { Command } from '../../../../coordinator/flow/command.ts'
import { keep, recall } from '../../../../coordinator/flow/kept-task.ts'
import type { SubtaskProgress } from '../../../../coordinator/flow/progress.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import type { TaskEvent, TaskEventOf } from '../../../../protocol/events.ts'
import type { Subtask } from '../../../../protocol/plan.ts'
import type { Rules } from './step.ts'
import { realRules } from './world.ts'

const { decide, evolve } = realRules

/** Rules that decide on another task than the one they are asked about. */
export const onAnother = (other: (task: Task, command: Command) => Task) => (): Rules => ({
  evolve,
  decide: (task, command) => decide(other(task, command), command),
})

/** Rules that bring about other events. */
export const withEvents =
  (change: (events: TaskEvent[], command: Command, task: Task) => TaskEvent[]) => (): Rules => ({
    evolve,
    decide: (task, command) => change(decide(task, command), command, task),
  })

export const eachEvent = (change: (event: TaskEvent) => TaskEvent) => withEvents(events => events.map(change))

export function eachSubtask(task: Task, change: (progress: SubtaskProgress) => Partial<SubtaskProgress>): Task {
  const kept = keep(task)
  return recall({ ...kept, subtasks: kept.subtasks.map(each => ({ ...each, ...change(each) })) })
}

export function eachNode(task: Task, change: (subtask: Subtask) => Partial<Subtask>): Task {
  if (!task.plan) return task
  const subtasks = task.plan.subtasks.map(each => ({ ...each, ...change(each) }))
  return recall({ ...keep(task), plan: { ...task.plan, subtasks } })
}

/** A task that asks otherwise. */
export const askedOf = (task: Task, other: Partial<TaskEventOf<'QuestionAsked'>>): Task =>
  eachSubtask(task, ({ question }) => (question ? { question: { ...question, ...other } } : {}))

export const when = (type: Command['type'], other: (task: Task) => Task) =>
  onAnother((task, command) => (command.type === type ? other(task) : task))

/** An answer, whatever attempt it is for, taken for one to the attempt that is open. */
export function asIfOpen(task: Task, command: Command): Command {
  if (command.type !== 'receive') return command
  const { answer } = command
  const { subtaskId } =
    answer.kind === 'commit' ? answer.commit : answer.kind === 'result' ? answer.receipt : answer.failure
  const attempt = task.subtasks.get(subtaskId)?.attempts ?? 1
  if (answer.kind === 'commit') return { ...command, answer: { ...answer, commit: { ...answer.commit, attempt } } }
  if (answer.kind === 'result') return { ...command, answer: { ...answer, receipt: { ...answer.receipt, attempt } } }
  return { ...command, answer: { ...answer, failure: { ...answer.failure, attempt } } }
}

export const settlementWith = (change: (budget: bigint) => object) =>
  eachEvent(event =>
    event.type === 'SettlementComputed'
      ? { ...event, settlement: { ...event.settlement, ...change(BigInt(event.settlement.budget)) } }
      : event,
  )
