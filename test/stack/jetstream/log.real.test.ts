import { jetstream, jetstreamManager, RetentionPolicy } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { identityOf } from '../../../agents/sdk/identity.ts'
import { publishAnswer } from '../../../agents/sdk/publish-answer.ts'
import { signFailure } from '../../../agents/sdk/sign-answer.ts'
import { handleWith } from '../../../coordinator/handle.ts'
import { readEvents } from '../../../coordinator/log/read-events.ts'
import { openEventLog } from '../../../gateway/event-log.ts'
import { openJournal } from '../../../gateway/journal.ts'
import { createLedger } from '../../../gateway/ledger.ts'
import type { ChainIntent } from '../../../protocol/chain-message.ts'
import { buckets, streams, subjects } from '../../../protocol/subjects.ts'
import { openJetstream } from '../../../stack/publish.ts'
import { readSubject } from '../../../stack/read-subject.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { commandsToPlan, newTaskId, openTaskLog, silent } from '../../coordinator/log/with-log.ts'
import { withStack } from '../../harness/with-stack.ts'
import { chainFacts } from '../../registry/chain-facts.ts'
import { chain } from '../../registry/consortium.ts'

const stack = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await stack.connect('log')
  await ensureStreams(nc, { replicas: 1 })
})

const ground = async () => ({ js: openJetstream(nc), jsm: await jetstreamManager(nc) })

async function stored(stream: string, subject: string): Promise<string[]> {
  const texts: string[] = []
  for await (const message of readSubject(await jetstreamManager(nc), stream, subject)) texts.push(message.string())
  return texts
}

describe('a log', () => {
  it('is never a work queue, whose messages are gone once they are acknowledged: only WORK is one', async () => {
    const retentions: Record<string, string> = {}
    for await (const { config } of (await jetstreamManager(nc)).streams.list()) {
      retentions[config.name] = config.retention
    }
    const { [streams.work]: work, ...others } = retentions
    expect(work).toBe(RetentionPolicy.Workqueue)
    expect(Object.keys(others)).toEqual(expect.arrayContaining([streams.tasks, streams.chainTx, streams.evidence]))
    expect(new Set(Object.values(others))).toEqual(new Set([RetentionPolicy.Limits]))
  })

  it('refuses what follows another entry than its last (10071): the command is decided again on what it has now', async () => {
    const [one, other] = [handleWith(await openTaskLog(nc, 'one')), handleWith(await openTaskLog(nc, 'other'))]
    const [taskId, [submit, recordFunding]] = [newTaskId(), commandsToPlan()[1]]
    await one(taskId, () => submit!)
    await other(taskId, () => null)
    await one(taskId, () => recordFunding!)
    const seen: boolean[] = []
    await other(taskId, ({ funded }) => {
      seen.push(funded)
      return funded ? null : recordFunding!
    })
    expect(seen).toEqual([false, true])
    const events = await readEvents(await jetstreamManager(nc), taskId)
    expect(events.map(({ type }) => type)).toEqual(['TaskSubmitted', 'TaskFunded'])
  })

  it('is not protected by `lastSubjectSequenceSubject` before 2.11, which ignores it: publishing refuses to take it', async () => {
    const subject = subjects.task(newTaskId())
    const expecting = { lastSubjectSequence: 0, lastSubjectSequenceSubject: subject }
    await expect(openJetstream(nc).publish(subject, 'x', { expect: expecting })).rejects.toThrow(/before 2\.11/)
    expect(await stored(streams.tasks, subject)).toEqual([])
  })

  it('calls a message with a known id stored, whatever sequence is expected: appends to tasks carry no id', async () => {
    const js = jetstream(nc)
    const subject = subjects.task(newTaskId())
    await js.publish(subject, 'one', { msgID: 'same', expect: { lastSubjectSequence: 0 } })
    const second = await js.publish(subject, 'two', { msgID: 'same', expect: { lastSubjectSequence: 0 } })
    expect(second.duplicate).toBe(true)
    expect(await stored(streams.tasks, subject)).toEqual(['one'])

    const [taskId, [submit]] = [newTaskId(), commandsToPlan()[1]]
    await handleWith(await openTaskLog(nc, 'writer'))(taskId, () => submit!)
    const appended = await (await jetstreamManager(nc)).streams.getMessage(streams.tasks, {
      last_by_subj: subjects.task(taskId),
    })
    expect(appended!.header.has('Nats-Msg-Id')).toBe(false)
  })

  it('answers a stale append with a known id by `duplicate`: that is no success, the stream is asked how far it goes, and no chain event is in it twice', async () => {
    const facts = chainFacts()
    const [first, second, third] = ['A', 'B', 'C'].map(name => facts.fact('Duplicates', name, {}))
    const cursors = await new Kvm(nc).open(buckets.cursors)
    const [one, other] = [
      openEventLog({ ...(await ground()), cursors }),
      openEventLog({ ...(await ground()), cursors }),
    ]
    await Promise.all([one.position(), other.position()])
    await one.publish([first!, second!], second!.blockNumber)
    await expect(other.publish([first!, second!, third!], third!.blockNumber)).rejects.toThrow(/in the stream already/)
    await other.publish([first!, second!, third!], third!.blockNumber)
    const texts = await stored(streams.chainEvents, subjects.chainEvent('Duplicates', '*'))
    const names = texts.map(text => JSON.parse(text).event)
    expect(names).toEqual(['A', 'B', 'C'])
  })

  it('does not say whose entry overtook: messages to the chain take one for theirs only when it is that to the letter', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    onTestFinished(() => void vi.useRealTimers())
    const intent: ChainIntent = {
      ...{ tenant: 'test', operation: 'op', businessId: newTaskId(), from: `0x${'11'.repeat(20)}` },
      ...{ contract: 'EntenteToken', call: 'mint', args: [], value: '0', prove: false },
    }
    const { signal } = new AbortController()
    const journal = async () =>
      openJournal({ ...(await ground()), ledger: createLedger(), onStored: () => {}, log: silent, signal })
    const kept = await (await journal()).begin(intent, [], 'trace-1')
    // As after an answer that was lost: the same text is sent again.
    expect(await (await journal()).begin(intent, [], 'trace-1')).toEqual(kept)
    expect(await (await journal()).begin(intent, [], 'trace-2')).toBeNull()
    expect(await stored(streams.chainTx, subjects.chainTx(kept!.life.messageId))).toHaveLength(1)
  })
})

describe('an id', () => {
  const identity = identityOf('7', `0x${'77'.repeat(32)}`, chain)
  const failureOf = (taskId: ReturnType<typeof newTaskId>, reason: string) =>
    signFailure(identity, { taskId, subtaskId: 'one', attempt: 1 }, taskId, { reason, retry: false })

  it('is known to the whole stream: content is in that of an answer, so a known one means this very answer is stored', async () => {
    const [js, taskId] = [openJetstream(nc), newTaskId()]
    const attempt = { taskId, subtaskId: 'one', attempt: 1 }
    const [said, otherwise] = [failureOf(taskId, 'this'), failureOf(taskId, 'that')]
    for (const answer of [said, said, otherwise]) await publishAnswer(js, attempt, '7', answer, () => true)
    const texts = await stored(streams.results, subjects.result(taskId, 'one', '7'))
    expect(texts).toEqual([said, otherwise].map(answer => JSON.stringify(answer)))
  })

  it('can be used up under another subject of the stream: no agent can guess that of an answer of another', async () => {
    const [js, taskId] = [openJetstream(nc), newTaskId()]
    const attempt = { taskId, subtaskId: 'one', attempt: 1 }
    const answer = failureOf(taskId, 'no')
    const guesses = [':failure', `:failure:${taskId}`].map(end => `${taskId}:one:1:7${end}`)
    for (const msgID of guesses) await js.publish(subjects.result(taskId, 'one', '8'), '{}', { msgID })
    await publishAnswer(js, attempt, '7', answer, () => true)
    const texts = await stored(streams.results, subjects.result(taskId, 'one', '7'))
    expect(texts).toEqual([JSON.stringify(answer)])
  })
})
