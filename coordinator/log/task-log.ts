import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { LRUCache } from 'lru-cache'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEntry, TaskEvent } from '../../protocol/events.ts'
import { type Leaf, leafOfWritten, type WrittenEvent, writtenAs } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { isOvertaken, isTooLarge } from '../../stack/publish.ts'
import { fold } from '../flow/evolve.ts'
import { unknownTask } from '../flow/state.ts'
import { entriesFrom, type Logged } from './logged.ts'
import { readEntry } from './read-entry.ts'
import { readEntries } from './read-events.ts'
import type { Snapshots } from './snapshots.ts'
import { type Entry, headersOf, type Stamp, stampOf } from './stamp.ts'

/** What tasks in memory may take in all, measured by the entries that they were folded from. */
const maxBytes = 128 * 1_048_576

/**
 * The event logs of all tasks: the system of record. Every append names the sequence it follows, so that of two writers
 * one is refused and looks again; there is no lock and no leader.
 */
export class TaskLog {
  readonly #js: Pick<JetStreamClient, 'publish'>
  readonly #jsm: JetStreamManager
  readonly #snapshots: Snapshots
  readonly #writer: string
  /** What was last seen of each task; never trusted by an append, which the stream checks. */
  readonly #seen = new LRUCache<Hex, Logged>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes + 1 })

  /** Of each task what is being appended now. */
  readonly #appending = new Map<Hex, Omit<Logged, 'sequence'> & { readonly stamp: Stamp }>()
  /** How often it was tried to append something. */
  #tries = 0
  /** What was seen of tasks to which something was added since. */
  readonly #overtaken = new WeakSet<Logged>()
  /** Of entries that were written here. */
  readonly #written = new WeakMap<TaskEntry, readonly WrittenEvent[]>()

  /** @param writer who this coordinator is in the stamps of its entries */
  constructor(js: Pick<JetStreamClient, 'publish'>, jsm: JetStreamManager, snapshots: Snapshots, writer: string) {
    this.#js = js
    this.#jsm = jsm
    this.#snapshots = snapshots
    this.#writer = writer
  }

  /** The task with at least the first `length` events folded in. */
  async read(taskId: Hex, length = 0): Promise<Logged> {
    const seen = this.#seen.get(taskId)
    return seen && seen.task.length >= length ? seen : this.reread(taskId)
  }

  /** Heeds that the stream has an entry: another's, or one from here whose writer was not answered. */
  heed({ taskId, writer }: Pick<Stamp, 'taskId' | 'writer'>, sequence: number): void {
    const isUnderWay = writer === this.#writer && this.#appending.has(taskId)
    const seen = isUnderWay ? undefined : this.#seen.peek(taskId)
    if (seen && seen.sequence < sequence) this.#overtaken.add(seen)
  }

  /** The task with all that is known to have been written of it: what is decided on less the stream refuses. */
  async latest(taskId: Hex): Promise<Logged> {
    const seen = this.#seen.get(taskId)
    return seen && !this.#overtaken.has(seen) ? seen : this.reread(taskId)
  }

  /** Takes a task that nothing is known of here for one that has no log: whoever appends to it finds out. */
  presumeNew(taskId: Hex): void {
    if (!this.#seen.has(taskId)) this.#seen.set(taskId, nothingOf(taskId))
  }

  /** The task as the stream has it now: what was seen of it, and what was added since. */
  async reread(taskId: Hex): Promise<Logged> {
    const known = this.#seen.get(taskId) ?? (await this.#snapshots.read(taskId))
    let logged: Logged = known ?? nothingOf(taskId)
    for await (const { entry, sequence, bytes } of readEntries(this.#jsm, taskId, logged.sequence)) {
      const added = entry
        ? { task: fold(logged.task, entry.events), last: { entry, before: logged.last } }
        : { task: logged.task, last: logged.last }
      logged = { ...added, sequence, bytes: logged.bytes + bytes }
    }
    // Anybody may ask for any number of tasks that there are not.
    if (logged.sequence > 0) this.#seen.set(taskId, logged)
    else this.#seen.delete(taskId)
    return logged
  }

  /** Whether nothing was added to the task's log since. */
  async isCurrent({ task, sequence }: Logged): Promise<boolean> {
    const last = await this.#jsm.streams.getMessage(streams.tasks, { last_by_subj: subjects.task(task.taskId) })
    return (last?.seq ?? 0) === sequence
  }

  /** Every entry of the task, in order. */
  async entries(taskId: Hex): Promise<TaskEntry[]> {
    const remembered = entriesFrom(await this.read(taskId), 0)
    if (remembered) return remembered
    const entries: TaskEntry[] = []
    for await (const { entry } of readEntries(this.#jsm, taskId)) if (entry) entries.push(entry)
    return entries
  }

  /**
   * What an entry of the stream says that this process wrote, when it is the last of its task or shortly before it. That the
   * stream has it may be seen here before its writer is told.
   */
  written({ taskId, writer, nth, length }: Entry, sequence: number): TaskEntry | null {
    if (writer !== this.#writer) return null
    const appending = this.#appending.get(taskId)
    if (appending?.stamp.nth === nth) this.#seen.set(taskId, { ...appending, sequence })
    for (let link = this.#seen.get(taskId)?.last; link; link = link.before) {
      const end = link.entry.first + link.entry.events.length
      if (end <= length) return end === length ? link.entry : null
    }
    return null
  }

  /** The stamp of an entry that this process wrote, when it is the last of its task. */
  stampAt(taskId: Hex, sequence: number): Stamp | undefined {
    const seen = this.#seen.peek(taskId)
    return seen?.sequence === sequence ? seen.stamp : undefined
  }

  /** The entry that lies at a place of the stream; null for what is none. */
  async entryAt(sequence: number): Promise<TaskEntry | null> {
    const message = await this.#jsm.streams.getMessage(streams.tasks, { seq: sequence })
    return message && readEntry({ data: message.data, headers: message.header })
  }

  /**
   * Adds events after what was read, all or none.
   * @param next the task with the events folded in
   * @throws EntenteError LOG_CONFLICT when someone else was first; PAYLOAD_TOO_LARGE when the bus carries no such message
   */
  async append(before: Logged, events: readonly TaskEvent[], next = fold(before.task, events)): Promise<Logged> {
    const { task, sequence, bytes, last } = before
    const { taskId } = task
    const entry: TaskEntry = { taskId, first: task.length, events: [...events] }
    // In the form that its leaf hashes and its bundle has, so that it is made once.
    const inWriting = events.map(writtenAs)
    const text = `{"taskId":"${taskId}","first":${entry.first},"events":[${inWriting.map(({ text }) => text).join()}]}`
    this.#written.set(entry, inWriting)
    const stamp = stampOf(next, this.#writer, ++this.#tries)
    const written = { task: next, bytes: bytes + text.length, last: { entry, before: last }, stamp }
    this.#appending.set(taskId, written)
    try {
      const { seq } = await this.#js.publish(subjects.task(taskId), text, {
        expect: { lastSubjectSequence: sequence },
        headers: headersOf(stamp),
      })
      const logged = { ...written, sequence: seq }
      this.#seen.set(taskId, logged)
      this.#snapshots.note(task.length, logged)
      return logged
    } catch (cause) {
      if (isTooLarge(cause)) {
        const what = `${entry.events.length} events of task ${taskId}, ${Buffer.byteLength(text)} bytes`
        throw new EntenteError('PAYLOAD_TOO_LARGE', `${what}, are more than a message of this bus holds`, { cause })
      }
      if (!isOvertaken(cause)) throw cause
      throw new EntenteError('LOG_CONFLICT', `task ${taskId} has moved on`, { cause })
    } finally {
      this.#appending.delete(taskId)
    }
  }

  /** The events of an entry as evidence has them: most were put so when they were written here. */
  inWriting(entry: TaskEntry): readonly WrittenEvent[] {
    return this.#written.get(entry) ?? entry.events.map(writtenAs)
  }

  /** The leaf that an entry is in the evidence log. */
  leaf(entry: TaskEntry): Leaf {
    return leafOfWritten(entry.taskId, entry.first, this.inWriting(entry))
  }

  /** Lets go of a task that has ended; it is read again when it is asked for. */
  forget(taskId: Hex): void {
    this.#seen.delete(taskId)
  }
}

function nothingOf(taskId: Hex): Logged {
  return { task: unknownTask(taskId), sequence: 0, bytes: 0, last: null }
}
