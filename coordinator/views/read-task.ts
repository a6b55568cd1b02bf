import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

export type TaskDetail = Views['tasks'] & {
  /** In the order of the plan. */
  subtasks: Views['subtasks'][]
  /** By subtask, attempt and agent. */
  assignments: Views['assignments'][]
  approvals: Views['approvals'][]
  questions: Views['questions'][]
  /** The settlement's parts, as computed; `settledAtMs` says whether the chain has made it so. */
  money: Views['money'][]
}

/** All that the read model knows of one task; undefined when it knows of none. */
export async function readTask(db: Kysely<Views>, taskId: string): Promise<TaskDetail | undefined> {
  const [task, subtasks, assignments, approvals, questions, money] = await Promise.all([
    db.selectFrom('tasks').selectAll().where('taskId', '=', taskId).executeTakeFirst(),
    db.selectFrom('subtasks').selectAll().where('taskId', '=', taskId).orderBy('ordinal').execute(),
    db
      .selectFrom('assignments')
      .selectAll()
      .where('taskId', '=', taskId)
      .orderBy('subtaskId')
      .orderBy('attempt')
      .orderBy(({ fn }) => fn('length', ['agentId']))
      .orderBy('agentId')
      .execute(),
    db.selectFrom('approvals').selectAll().where('taskId', '=', taskId).orderBy('requestedAtMs').execute(),
    db.selectFrom('questions').selectAll().where('taskId', '=', taskId).orderBy('askedAtMs').execute(),
    db.selectFrom('money').selectAll().where('taskId', '=', taskId).orderBy('ordinal').execute(),
  ])
  return task && { ...task, subtasks, assignments, approvals, questions, money }
}
