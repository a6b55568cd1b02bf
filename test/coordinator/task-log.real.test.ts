import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { beforeAll, describe, expect, it } from 'vitest'
import { TaskLog } from '../../coordinator/log/task-log.ts'
import { sha256 } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { historyOf } from '../views/sample-task.ts'

const stack = withStack()
const entry = historyOf('traps')[0]!
let nc: Awaited<ReturnType<typeof stack.connect>>

beforeAll(async () => {
  nc = await stack.connect('log')
  await ensureStreams(nc, { replicas: 1 })
})

describe('JetStream', () => {
  it('calls a message with a known id stored, whatever sequence is expected: so appends carry no id', async () => {
    const js = jetstream(nc)
    const subject = subjects.task(sha256('duplicate'))
    await js.publish(subject, 'one', { msgID: 'same', expect: { lastSubjectSequence: 0 } })
    const second = await js.publish(subject, 'two', { msgID: 'same', expect: { lastSubjectSequence: 0 } })
    expect(second.duplicate).toBe(true)
    const jsm = await jetstreamManager(nc)
    expect((await jsm.streams.getMessage(streams.tasks, { last_by_subj: subject }))!.string()).toBe('one')
  })
})

describe('the log of a task', () => {
  it('refuses the second of two who append to the same state, though both append the very same', async () => {
    const jsm = await jetstreamManager(nc)
    const [one, two] = [new TaskLog(jetstream(nc), jsm), new TaskLog(jetstream(nc), jsm)]
    const { taskId, events } = entry
    const [mine, theirs] = [await one.read(taskId), await two.read(taskId)]
    await one.append(mine, events)
    await expect(two.append(theirs, events)).rejects.toMatchObject({ code: 'LOG_CONFLICT' })
    expect((await two.reread(taskId)).task).toEqual((await one.read(taskId)).task)
    expect(await two.history(taskId)).toEqual(events)
  })

  it('follows what others append without reading it again, and only from where it stands', async () => {
    const jsm = await jetstreamManager(nc)
    const [writer, reader] = [new TaskLog(jetstream(nc), jsm), new TaskLog(jetstream(nc), jsm)]
    const [first, second] = historyOf('followed')
    const taskId = first!.taskId
    const logged = await writer.append(await writer.read(taskId), first!.events)
    await reader.read(taskId)
    const next = await writer.append(logged, second!.events)
    reader.follow(first!, logged.sequence)
    expect((await reader.read(taskId)).task.length).toBe(first!.events.length)
    reader.follow(second!, next.sequence)
    expect(await reader.read(taskId)).toEqual(next)
  })
})
