import { canonicalJson } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { keepDeadLetter } from '../../stack/dead-letters.ts'
import type { World } from './context.ts'

export interface Raised {
  /** Who gave it up. */
  readonly by: string
  readonly cause: string
  readonly attempts: number
}

/** What of a task is for people lies among the dead letters until somebody has seen to it. */
export async function raise({ js }: World, taskId: Hex, event: TaskEvent, { by, cause, attempts }: Raised) {
  await keepDeadLetter(js, {
    stream: streams.tasks,
    streamSequence: 0,
    consumer: by,
    subject: subjects.task(taskId),
    payload: Buffer.from(canonicalJson(event)).toString('base64'),
    cause,
    attempts,
    atMs: event.atMs,
  })
}
