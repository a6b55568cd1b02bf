import type { Kysely } from 'kysely'
import type { Views } from './schema.ts'

export type LeafFilter = { taskId?: string | undefined; limit: number; after?: number | undefined }

/** Leaves of the evidence log in its order: of one task, or all. */
export async function listLeaves(db: Kysely<Views>, filter: LeafFilter): Promise<Views['leaves'][]> {
  const { taskId, limit, after } = filter
  return db
    .selectFrom('leaves')
    .selectAll()
    .$if(taskId !== undefined, query => query.where('taskId', '=', taskId!))
    .$if(after !== undefined, query => query.where('position', '>', after!))
    .orderBy('position')
    .limit(limit)
    .execute()
}

export type CheckpointFilter = { limit: number; before?: number | undefined }

/** Checkpoints that the chain holds, the latest first; `before` is a size. */
export async function listCheckpoints(db: Kysely<Views>, filter: CheckpointFilter): Promise<Views['checkpoints'][]> {
  const { limit, before } = filter
  return db
    .selectFrom('checkpoints')
    .selectAll()
    .$if(before !== undefined, query => query.where('size', '<', before!))
    .orderBy('size', 'desc')
    .limit(limit)
    .execute()
}
