import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { EntenteError } from '../../protocol/errors.ts'
import { TaskEntry, type TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { fold } from '../flow/evolve.ts'
import { type Task, unknownTask } from '../flow/state.ts'

/** JetStream: wrong last sequence. */
const wrongLastSequence = 10071

/** A task as the log has it, and where in the stream its last entry lies (0: nowhere yet). */
export interface Logged {
  readonly task: Task
  readonly sequence: number
}

/**
 * The event logs of all tasks: the system of record. Every append names the sequence it follows, so that of two writers
 * one is refused and looks again; there is no lock and no leader.
 */
export class TaskLog {
  readonly #js: JetStreamClient
  readonly #jsm: JetStreamManager
  /** What was last seen of each task; never trusted by an append, which the stream checks. */
  readonly #seen = new Map<Hex, Logged>()

  constructor(js: JetStreamClient, jsm: JetStreamManager) {
    this.#js = js
    this.#jsm = jsm
  }

  /** The task with at least the first `length` events folded in. */
  async read(taskId: Hex, length = 0): Promise<Logged> {
    const seen = this.#seen.get(taskId)
    return seen && seen.task.length >= length ? seen : this.reread(taskId)
  }

  /** The task as the stream has it now: what was seen of it, and what was added since. */
  async reread(taskId: Hex): Promise<Logged> {
    let logged: Logged = this.#seen.get(taskId) ?? { task: unknownTask(taskId), sequence: 0 }
    for await (const { entry, sequence } of this.#entries(taskId, logged.sequence)) {
      logged = { task: entry ? fold(logged.task, entry.events) : logged.task, sequence }
    }
    this.#seen.set(taskId, logged)
    return logged
  }

  /** Whether nothing was added to the task's log since. */
  async isCurrent({ task, sequence }: Logged): Promise<boolean> {
    const last = await this.#jsm.streams.getMessage(streams.tasks, { last_by_subj: subjects.task(task.taskId) })
    return (last?.seq ?? 0) === sequence
  }

  /** Every event of the task, in order. */
  async history(taskId: Hex): Promise<TaskEvent[]> {
    const events: TaskEvent[] = []
    for await (const { entry } of this.#entries(taskId, 0)) events.push(...(entry?.events ?? []))
    return events
  }

  /** All that lies under the task's subject after a sequence, with null for what is no entry of ours. */
  async *#entries(taskId: Hex, after: number): AsyncGenerator<{ entry: TaskEntry | null; sequence: number }> {
    for await (const message of readSubject(this.#jsm, streams.tasks, subjects.task(taskId), after)) {
      yield { entry: parseJson(TaskEntry, message.data), sequence: message.seq }
    }
  }

  /**
   * Adds events after what was read, all or none.
   * @throws EntenteError LOG_CONFLICT when someone else was first
   */
  async append({ task, sequence }: Logged, events: readonly TaskEvent[]): Promise<Logged> {
    const { taskId } = task
    const entry: TaskEntry = { taskId, first: task.length, events: [...events] }
    try {
      const { seq } = await this.#js.publish(subjects.task(taskId), JSON.stringify(entry), {
        expect: { lastSubjectSequence: sequence },
      })
      const logged = { task: fold(task, events), sequence: seq }
      this.#seen.set(taskId, logged)
      return logged
    } catch (cause) {
      if (!(cause instanceof JetStreamApiError) || cause.code !== wrongLastSequence) throw cause
      throw new EntenteError('LOG_CONFLICT', `task ${taskId} has moved on`, { cause })
    }
  }

  /** The ids of all tasks that there are. */
  async list(): Promise<Hex[]> {
    const { state } = await this.#jsm.streams.info(streams.tasks, { subjects_filter: subjects.task('*') })
    return Object.keys(state.subjects ?? {}).map(subject => subject.slice(subjects.task('').length) as Hex)
  }

  /** Lets go of a task that has ended; it is read again when it is asked for. */
  forget(taskId: Hex): void {
    this.#seen.delete(taskId)
  }
}
