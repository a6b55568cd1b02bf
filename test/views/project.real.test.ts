import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { openViews } from '../../coordinator/views/open-views.ts'
import { startProjection } from '../../coordinator/views/project.ts'
import { readTask } from '../../coordinator/views/read-task.ts'
import { keys, type TableName } from '../../coordinator/views/schema.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { joinLeaves, leafOf } from '../../protocol/evidence.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { openLog } from '../../stack/log.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { Publisher } from './publish.ts'
import { historyOf, taskIdOf } from './sample-task.ts'
import { engines, withDatabases } from './with-databases.ts'

type Db = Awaited<ReturnType<typeof openViews>>

const servers = withStack()
const databases = withDatabases()
const log = openLog('views', { LOG_LEVEL: 'silent' })

describe.each(engines)('the projection into %s', engine => {
  let nc: NatsConnection
  let publish: Publisher

  beforeEach(async () => {
    nc = await servers.connect('views')
    await ensureStreams(nc, { replicas: 1 })
    publish = new Publisher(nc)
  })

  afterEach(async () => {
    const jsm = await jetstreamManager(nc)
    for (const stream of [...Object.values(streams), 'KV_cards', 'KV_cursors', 'OBJ_artifacts']) {
      await jsm.streams.delete(stream)
    }
  })

  function project(db: Db) {
    const projection = startProjection({ nc, db, log })
    onTestFinished(() => projection.stop())
    return projection
  }

  test('takes in what was there, and then what comes', async () => {
    const db = await databases.openNew(engine)
    const history = historyOf('katrina')
    await publish.entries(history.slice(0, 4))
    const projection = project(db)
    await projection.caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toMatchObject({ state: 'working', length: 5 })

    await publish.entries(history.slice(4))
    await projection.caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toMatchObject({ state: 'completed', length: 21 })
  })

  test('numbers leaves as the log does: by their order alone, whatever shares a message, and without what is none', async () => {
    const db = await databases.openNew(engine)
    const [submitted] = historyOf('katrina')[0]!.events
    const leaves = Array.from({ length: 40 }, (_, first) => leafOf(taskIdOf('katrina'), first, [submitted!]))
    const texts = leaves.map(canonicalJson)
    const messages = [
      joinLeaves(texts.slice(0, 1)),
      'junk',
      joinLeaves(texts.slice(1, 12)),
      joinLeaves(['', ...texts.slice(12, 14), 'junk', ...texts.slice(14, 20)]),
      joinLeaves(texts.slice(20, 40)),
    ]
    const [one, other] = [project(db), project(db)]
    for (const message of messages.slice(0, 3)) await publish.evidence(message)
    await Promise.all([one.caughtUp(), other.caughtUp()])
    for (const message of messages.slice(3)) await publish.evidence(message)
    await Promise.all([one.caughtUp(), other.caughtUp()])
    const rows = await db
      .selectFrom('leaves')
      .select(['position', 'firstEvent', 'events'])
      .orderBy('position')
      .execute()
    expect(rows).toEqual(
      leaves.map(({ events }, index) => ({ position: index, firstEvent: index, events: canonicalJson(events) })),
    )
  })

  test('counts each message once, however often it is stopped and however many run', async () => {
    const [first, second] = [await databases.openNew(engine), await databases.openNew(engine)]
    const tasks = Array.from({ length: 12 }, (_, index) => `storm-${index}`)
    const publishing = Promise.all(tasks.map(name => publish.entries(historyOf(name))))
    // Three at a time into one database, and one after another that are stopped in the midst of it.
    for (let round = 0; round < 4; round++) {
      const several = [project(first), project(first), project(first)]
      await several[0]!.caughtUp()
      await Promise.all(several.map(each => each.stop()))
    }
    await publishing
    await Promise.all([project(first).caughtUp(), project(second).caughtUp()])
    expect(await contents(first)).toEqual(await contents(second))
    for (const name of tasks) {
      expect(await readTask(first, taskIdOf(name))).toMatchObject({ length: 21, openApprovals: 0, state: 'completed' })
    }
  })

  test('fills a database that was deleted, or has tables of another version, to the same rows', async () => {
    await publish.entries(historyOf('katrina'))
    const place = await databases.newPlace(engine)
    const db = await databases.openPlace(place)
    const projection = project(db)
    await projection.caughtUp()
    const before = await contents(db)
    await projection.stop()

    await sql`update view_version set version = 0`.execute(db)
    await sql`alter table tasks drop column goal`.execute(db)
    const again = await databases.openPlace(place)
    await project(again).caughtUp()
    expect(await contents(again)).toEqual(before)
    expect(before.tasks).toHaveLength(1)
  })

  test('begins anew when the streams are others than those it read', async () => {
    const db = await databases.openNew(engine)
    await publish.entries(historyOf('katrina'))
    const projection = project(db)
    await projection.caughtUp()
    await projection.stop()

    const jsm = await jetstreamManager(nc)
    await jsm.streams.delete(streams.tasks)
    await ensureStreams(nc, { replicas: 1 })
    await publish.entries(historyOf('ike'))
    await project(db).caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toBeUndefined()
    expect(await readTask(db, taskIdOf('ike'))).toMatchObject({ state: 'completed' })
  })

  test('goes on after a message that is not what it should be', async () => {
    const db = await databases.openNew(engine)
    const js = (await jetstreamManager(nc)).jetstream()
    await js.publish(subjects.task(taskIdOf('none')), 'not even JSON')
    await js.publish(subjects.task(taskIdOf('none')), '{"taskId":"0x00"}')
    await publish.entries(historyOf('katrina'))
    await project(db).caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toMatchObject({ state: 'completed' })
  })

  test('holds a text with a zero byte in it, which PostgreSQL does not take', async () => {
    const db = await databases.openNew(engine)
    await publish.entries(historyOf('katrina', { goal: 'before\0after' }))
    await publish.entries(historyOf('ike'))
    await project(db).caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toMatchObject({ goal: 'before\uFFFDafter', state: 'completed' })
    expect(await readTask(db, taskIdOf('ike'))).toMatchObject({ state: 'completed' })
  })

  test('goes on when the server forgets its consumer', async () => {
    const db = await databases.openNew(engine)
    const history = historyOf('katrina')
    await publish.entries(history.slice(0, 4))
    const projection = project(db)
    await projection.caughtUp()
    const jsm = await jetstreamManager(nc)
    for (const { name } of await jsm.consumers.list(streams.tasks).next()) {
      await jsm.consumers.delete(streams.tasks, name)
    }
    await publish.entries(history.slice(4))
    await projection.caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toMatchObject({ state: 'completed', length: 21 })
  })

  test('goes on where the database was when it is away for a while', async () => {
    const db = await databases.openNew(engine)
    const history = historyOf('katrina')
    await publish.entries(history.slice(0, 4))
    const projection = project(db)
    await projection.caughtUp()
    await sql`alter table tasks rename to tasks_away`.execute(db)
    await publish.entries(history.slice(4))
    await new Promise(resolve => setTimeout(resolve, 300))
    await sql`alter table tasks_away rename to tasks`.execute(db)
    await projection.caughtUp()
    expect(await readTask(db, taskIdOf('katrina'))).toMatchObject({ state: 'completed', length: 21 })
  })

  /** All rows but the cursors, in the order of their keys. */
  async function contents(db: Db): Promise<Record<string, unknown[]>> {
    const tables = (Object.keys(keys) as TableName[]).filter(table => table !== 'cursors')
    const rows = await Promise.all(
      tables.map(async table => {
        const all = await db
          .selectFrom(table as 'tasks')
          .selectAll()
          .execute()
        // The order of acceptance differs from run to run only if streams do; here it is the same stream.
        return [table, all.map(row => JSON.stringify(row)).sort()] as const
      }),
    )
    return Object.fromEntries(rows)
  }
})
