import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Command } from '../../../coordinator/flow/command.ts'
import type { Task } from '../../../coordinator/flow/state.ts'
import { Snapshots } from '../../../coordinator/log/snapshots.ts'
import { TaskLog } from '../../../coordinator/log/task-log.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { toHex } from '../../../protocol/hash.ts'
import { openLog } from '../../../stack/log.ts'
import { Drive, planOf } from '../flow/drive.ts'

export const silent = openLog('test', { LOG_LEVEL: 'silent' })

/** The log as a coordinator of this name would have it. */
export async function openTaskLog(
  nc: NatsConnection,
  writer: string,
  js: Pick<JetStreamClient, 'publish'> = jetstream(nc),
): Promise<TaskLog> {
  return new TaskLog(js, await jetstreamManager(nc), await Snapshots.open(nc, silent), writer)
}

export function newTaskId(): Hex {
  return toHex(crypto.getRandomValues(new Uint8Array(32)))
}

/** What happens to a task of so many subtasks, one after the other, each assigned and answered; its last deadline. */
export function historyOf(subtasks: number): { history: TaskEvent[]; deadlineMs: number } {
  const nodes = Array.from({ length: subtasks }, (_, index) => ({
    id: `s-${index}`,
    after: index === 0 ? [] : [`s-${index - 1}`],
  }))
  const drive = new Drive().planned(planOf(nodes), { budget: 10_000_000n })
  for (const { id } of nodes) {
    drive.assign(id, ['1'])
    if (id !== `s-${subtasks - 1}`) drive.result(id, '1', { n: 1 })
  }
  return { history: drive.history, deadlineMs: drive.task.subtasks.get(`s-${subtasks - 1}`)!.phaseDeadlineMs }
}

/** The commands that bring a task to its plan. */
export function commandsToPlan(): [task: Task, Command[]] {
  const drive = new Drive()
  const given: Command[] = []
  const when = drive.when.bind(drive)
  drive.when = command => {
    given.push({ atMs: drive.nowMs, ...command } as Command)
    return when(command)
  }
  return [drive.planned(planOf([{ id: 'a' }])).task, given]
}
