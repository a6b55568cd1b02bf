import { TaskEntry } from '../protocol/events.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { followStream } from '../stack/follow-stream.ts'
import { parseJson } from '../stack/parse-json.ts'
import type { Task } from './flow/state.ts'
import type { World } from './react/context.ts'

/**
 * Keeps every coordinator's eye on every open task, also on those that another one works at: deadlines and heartbeats
 * are to be seen to whichever of them is left.
 */
export async function attend(
  { nc, jsm, log, tasks }: World,
  watch: (task: Task) => void,
): Promise<{ stop(): Promise<void> }> {
  const { state } = await jsm.streams.info(streams.tasks)
  for (const taskId of await tasks.list()) {
    const { task } = await tasks.read(taskId)
    if (task.proven) tasks.forget(taskId)
    else watch(task)
  }
  const look = async ({ taskId, first, events }: TaskEntry) => {
    const { task } = await tasks.read(taskId, first + events.length)
    watch(task)
    if (task.proven) tasks.forget(taskId)
  }
  return followStream(nc, {
    stream: streams.tasks,
    subject: subjects.task('*'),
    after: state.last_seq,
    log,
    take(message) {
      const entry = parseJson(TaskEntry, message.data)
      if (!entry) return
      tasks.follow(entry, message.seq)
      look(entry).catch((error: unknown) => log.warn({ err: error, taskId: entry.taskId }, 'a task was not looked at'))
    },
  })
}
