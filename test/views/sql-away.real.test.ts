import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openSql } from '../../stack/sql.ts'
import { startTcpRelay } from '../harness/tcp-relay.ts'
import { withDatabases } from './with-databases.ts'

const databases = withDatabases()

async function openThroughRelay() {
  const { databaseUrl, file } = await databases.newPlace('PostgreSQL')
  const url = new URL(databaseUrl!)
  const relay = await startTcpRelay(Number(url.port))
  url.port = `${relay.port}`
  const db = await openSql({ databaseUrl: url.href, file, silentAfterMs: 300 })
  const ask = () => sql<{ one: number }>`select 1 as one`.execute(db).then(({ rows }) => rows)
  const close = async () => {
    await db.destroy()
    await relay.close()
  }
  return { db, relay, ask, close }
}

test('a database that falls silent is given up, and asked anew on another connection', async () => {
  const { relay, ask, close } = await openThroughRelay()
  relay.hush()
  await expect(ask()).rejects.toMatchObject({ code: 'SQL_UNREACHABLE', message: expect.stringContaining('0.3 s') })
  expect(await ask()).toEqual([{ one: 1 }])
  await close()
})

test('a transaction that it falls silent in is taken back', async () => {
  const { db, relay, ask, close } = await openThroughRelay()
  await sql`create table kept (id integer)`.execute(db)
  const failing = db.transaction().execute(async trx => {
    await sql`insert into kept values (1)`.execute(trx)
    relay.hush()
    await sql`insert into kept values (2)`.execute(trx)
  })
  await expect(failing).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' })
  expect(await ask()).toEqual([{ one: 1 }])
  await expect.poll(async () => (await sql`select id from kept`.execute(db)).rows).toEqual([])
  await close()
})

test('a connection that breaks under a statement is said as such, and a wrong statement in the words of the server', async () => {
  const { db, relay, ask, close } = await openThroughRelay()
  const asked = sql`select pg_sleep(20)`.execute(db)
  // The statement is under way when the connection goes.
  setTimeout(() => relay.drop(), 100)
  await expect(asked).rejects.toMatchObject({ code: 'SQL_UNREACHABLE', retry: true })
  await expect(sql`select nothing from nowhere`.execute(db)).rejects.toMatchObject({ code: '42P01' })
  expect(await ask()).toEqual([{ one: 1 }])
  await close()
})
