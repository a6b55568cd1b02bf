import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import echo from '../../../agents/echo/agent.ts'
import { buckets, streams, subjects } from '../../../protocol/subjects.ts'
import { issueWitnessCreds } from '../../../registry/witness-permissions.ts'
import { connectBus } from '../../../stack/bus.ts'
import { withStack } from '../../harness/with-stack.ts'
import { type Consortium, connectAs, connectToEnrol, publishJson, startConsortium } from '../../registry/consortium.ts'
import { refusalOfPublish, refusalOfSubscribe } from '../../registry/refusals.ts'

const stack = withStack()
let consortium: Consortium
const members: Record<string, NatsConnection> = {}

beforeAll(async () => {
  consortium = await startConsortium(stack)
  const witness = await issueWitnessCreds(stack.stack.busAccount!, 'weather', 600)
  members.agent = await connectAs(consortium, await consortium.join(echo))
  members.witness = await connectBus({ url: consortium.url, creds: witness, name: 'witness' })
  members.stranger = await connectToEnrol(consortium)
})
afterAll(async () => {
  await Promise.all(Object.values(members).map(nc => nc.close()))
  await consortium?.stop()
})

/** What servers before 2.10.27 do in every account for whoever may ask. */
const acrossAccounts = [
  '$JS.API.ACCOUNT.PURGE.ANOTHER',
  '$JS.API.ACCOUNT.STREAM.MOVE.ANOTHER.TASKS',
  '$JS.API.ACCOUNT.STREAM.MOVE.CANCEL.ANOTHER.TASKS',
  '$JS.API.SERVER.REMOVE',
]

describe('whoever may publish `$JS.>` purges across accounts before 2.10.27 (CVE-2025-30215)', () => {
  it.each(['agent', 'witness', 'stranger'])(
    '%s: is refused that, and purging, emptying or deleting what is ours',
    async name => {
      const kept = [...Object.values(streams), ...Object.values(buckets).map(bucket => `KV_${bucket}`), 'OBJ_artifacts']
      const verbs = ['STREAM.PURGE', 'STREAM.DELETE', 'STREAM.MSG.DELETE', 'STREAM.UPDATE', 'STREAM.CREATE']
      const administration = kept.flatMap(stream => verbs.map(verb => `$JS.API.${verb}.${stream}`))
      for (const subject of [...acrossAccounts, ...administration, '$JS.API.INFO', '$JS.API.STREAM.NAMES']) {
        expect(await refusalOfPublish(members[name]!, subject), subject).toMatch(/permissions violation/i)
      }
    },
  )

  it('a process of ours, which may do the rest in its account, is refused that too', async () => {
    const { nc } = consortium
    await publishJson(nc, subjects.evidence('event'), 'kept')
    for (const subject of [...acrossAccounts, '$JS.API.META.LEADER.STEPDOWN']) {
      expect(await refusalOfPublish(nc, subject), subject).toMatch(/permissions violation/i)
    }
    expect((await (await jetstreamManager(nc)).streams.info(streams.evidence)).state.messages).toBe(1)
  })
})

it.each(['agent', 'witness', 'stranger'])('%s: hears and reads no payload of others', async name => {
  const payloads = [streams.tasks, streams.work, streams.results, streams.dead, 'OBJ_artifacts']
  const reading = ['STREAM.MSG.GET', 'DIRECT.GET', 'CONSUMER.CREATE']
  for (const subject of payloads.flatMap(stream => reading.map(verb => `$JS.API.${verb}.${stream}`))) {
    expect(await refusalOfPublish(members[name]!, subject), subject).toMatch(/permissions violation/i)
  }
  for (const subject of [
    '>',
    '$JS.>',
    '_INBOX.>',
    subjects.task('*'),
    'ent.work.>',
    'ent.result.>',
    subjects.dead('*'),
  ]) {
    expect(await refusalOfSubscribe(members[name]!, subject), subject).toMatch(/permissions violation/i)
  }
})
