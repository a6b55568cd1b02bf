import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dispatchAssignment } from '../../../coordinator/react/dispatch.ts'
import type { TaskEventOf } from '../../../protocol/events.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { withStack } from '../../harness/with-stack.ts'
import { Drive, planOf } from '../flow/drive.ts'

const { connect } = withStack()
let nc: NatsConnection
let attempt = 0
beforeAll(async () => {
  nc = await connect('dispatch')
  await ensureStreams(nc, { replicas: 1 })
})

/** Two agents are given the same; each test has an id of its own, as if the queue had forgotten the others. */
let drive: Drive
let id: string
beforeEach(() => {
  id = `work-${++attempt}`
  drive = new Drive().planned(planOf([{ id, replicas: 2, quorum: 2 }]))
  drive.assign(id, ['1', '2'])
})

const assigned = () => drive.history.find(event => event.type === 'SubtaskAssigned')! as TaskEventOf<'SubtaskAssigned'>

/** How much each agent's queue has after it. */
async function dispatched(): Promise<[one: number, two: number]> {
  const jsm = await jetstreamManager(nc)
  await jsm.streams.purge(streams.work)
  await dispatchAssignment({ js: jetstream(nc) }, drive.task, assigned())
  const { state } = await jsm.streams.info(streams.work, { subjects_filter: '>' })
  const of = (agentId: string) => state.subjects?.[subjects.work(agentId)] ?? 0
  return [of('1'), of('2')]
}

describe('an assignment that comes to be dispatched', () => {
  it('goes to all who are given it', async () => {
    expect(await dispatched()).toEqual([1, 1])
  })

  it('late, goes to nobody who has said something to it', async () => {
    drive.commit(id, '1')
    expect(await dispatched()).toEqual([0, 1])
  })

  it('when it is over, goes to nobody', async () => {
    drive.at(drive.task.subtasks.get(id)!.phaseDeadlineMs)
    expect(await dispatched()).toEqual([0, 0])
  })

  it('when its task has ended, goes to nobody', async () => {
    drive.when({ type: 'cancel', reason: 'a test', by: null })
    expect(await dispatched()).toEqual([0, 0])
  })
})
