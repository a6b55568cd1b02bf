import { existsSync } from 'node:fs'
import { jetstreamManager } from '@nats-io/jetstream'
import { readEvents } from '../coordinator/log/read-events.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { TaskEvent } from '../protocol/events.ts'
import { Bundle } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { TaskId } from '../protocol/ids.ts'
import { readBundle } from './read-bundle.ts'
import { withBus } from './with-bus.ts'

export interface ReadTask {
  readonly taskId: Hex
  readonly events: readonly TaskEvent[]
}

/**
 * A task's events: of a bundle file, or of its log on the bus (`NATS_URL`), by its id.
 * @throws EntenteError BUNDLE_INVALID, COMMAND_INVALID, TASK_NOT_FOUND
 */
export async function readTask(source: string): Promise<ReadTask> {
  const read = existsSync(source) ? readFile(source) : await readLog(source)
  if (read.events.length === 0) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${read.taskId}`)
  return read
}

function readFile(file: string): ReadTask {
  const parsed = Bundle.safeParse(readBundle(file))
  if (!parsed.success)
    throw new EntenteError('BUNDLE_INVALID', `${file} is no evidence bundle: entente verify says why`)
  const { taskId, events } = parsed.data
  return { taskId, events: events.map(({ event }) => event) }
}

async function readLog(source: string): Promise<ReadTask> {
  const taskId = TaskId.safeParse(source).data
  if (!taskId) {
    throw new EntenteError(
      'COMMAND_INVALID',
      `${source} is neither a file nor a task's id: 0x and 64 hexadecimal digits`,
    )
  }
  return withBus(async nc => ({ taskId, events: await readEvents(await jetstreamManager(nc), taskId) }))
}
