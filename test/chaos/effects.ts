import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const BUSY_MS = 5_000

/** What one execution of a skill did to the world. */
export interface Effect {
  /** The idempotency key: the same for every execution of a subtask, whatever its attempts. */
  readonly key: string
  readonly taskId: string
  readonly subtaskId: string
  readonly attempt: number
  readonly total: number
}

/** An effect as it lies there, and how often its recording was begun. */
export interface RecordedEffect extends Effect {
  readonly executions: number
}

/** Where an agent keeps its effects, by its folder. */
export const effectsFile = (agentDir: string): string => join(agentDir, 'effects.sqlite')

/** The effects of one agent. An effect is there once however often it is recorded; each recording is counted. */
export function openEffects(file: string) {
  mkdirSync(dirname(file), { recursive: true })
  const db = new DatabaseSync(file)
  db.exec(`
    pragma journal_mode = wal;
    pragma busy_timeout = ${BUSY_MS};
    create table if not exists executions (key text not null, pid integer not null, at_ms integer not null);
    create table if not exists effects (
      key text primary key, task_id text not null, subtask_id text not null, attempt integer not null,
      total integer not null
    ) without rowid;
  `)
  const execution = db.prepare('insert into executions values (?, ?, ?)')
  const effect = db.prepare('insert into effects values (?, ?, ?, ?, ?) on conflict (key) do nothing')
  return {
    record({ key, taskId, subtaskId, attempt, total, pid }: Effect & { readonly pid: number }): void {
      db.exec('begin immediate')
      execution.run(key, pid, Date.now())
      effect.run(key, taskId, subtaskId, attempt, total)
      db.exec('commit')
    },
    close: () => db.close(),
  }
}

/** All effects of one agent; none when it never did anything. */
export function readEffects(file: string): RecordedEffect[] {
  if (!existsSync(file)) return []
  const db = new DatabaseSync(file)
  try {
    const rows = db
      .prepare(
        `select e.key as "key", task_id as "taskId", subtask_id as "subtaskId", attempt, total,
          (select count(*) from executions x where x.key = e.key) as executions
        from effects e`,
      )
      .all()
    return rows as unknown as RecordedEffect[]
  } finally {
    db.close()
  }
}
