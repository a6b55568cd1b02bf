import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

export type TaskFilter = {
  state?: string | undefined
  domainId?: string | undefined
  /** At most this many. */
  limit: number
  /** Only tasks that came before the one of this number. */
  before?: number | undefined
}

const summary = [
  'taskId',
  'number',
  'state',
  'goal',
  'templateName',
  'templateVersion',
  'requester',
  'domainId',
  'authority',
  'priority',
  'budget',
  'deadlineMs',
  'submittedAtMs',
  'endedAtMs',
  'openApprovals',
  'openQuestions',
  'pausedAtMs',
  'warnedAtMs',
  'reason',
  'settledAtMs',
  'provenAtMs',
  'bundle',
] as const

export type TaskSummary = Pick<Views['tasks'], (typeof summary)[number]>

/** Tasks without their content, the latest first. */
export async function listTasks(db: Kysely<Views>, filter: TaskFilter): Promise<TaskSummary[]> {
  const { state, domainId, limit, before } = filter
  return db
    .selectFrom('tasks')
    .select(summary)
    .$if(state !== undefined, query => query.where('state', '=', state!))
    .$if(domainId !== undefined, query => query.where('domainId', '=', domainId!))
    .$if(before !== undefined, query => query.where('number', '<', before!))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}
