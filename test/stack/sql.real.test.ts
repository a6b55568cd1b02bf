import { join } from 'node:path'
import { type Generated, sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../stack/embedded/free-port.ts'
import { openSql } from '../../stack/sql.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

type Tables = { payment: { id: Generated<number>; payee: string; amount: string; at_ms: number } }

async function openWithTable(file: string) {
  const db = await openSql<Tables>({ file })
  await db.schema
    .createTable('payment')
    .ifNotExists()
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('payee', 'text', column => column.notNull())
    .addColumn('amount', 'text', column => column.notNull())
    .addColumn('at_ms', 'bigint', column => column.notNull())
    .execute()
  return db
}

const payment = (payee: string) => ({ payee, amount: (2n ** 200n).toString(), at_ms: 1_124_000_000_000 })

describe('the embedded engine', () => {
  test('keeps rows over a restart, amounts to the last unit', async () => {
    const file = join(scratchDir('sql'), 'nested', 'views.sqlite')
    const first = await openWithTable(file)
    const { insertId } = await first.insertInto('payment').values(payment('a')).executeTakeFirstOrThrow()
    expect(insertId).toBe(1n)
    await first.destroy()

    const second = await openWithTable(file)
    expect(await second.selectFrom('payment').selectAll().execute()).toEqual([{ id: 1, ...payment('a') }])
    await second.destroy()
  })

  test('takes back all of a transaction that fails', async () => {
    const db = await openWithTable(':memory:')
    const failing = db.transaction().execute(async trx => {
      await trx.insertInto('payment').values(payment('a')).execute()
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await db.selectFrom('payment').selectAll().execute()).toEqual([])
    await db.destroy()
  })

  test('keeps transactions that are begun together apart', async () => {
    const db = await openWithTable(':memory:')
    const insertTwice = () =>
      db.transaction().execute(async trx => {
        await trx.insertInto('payment').values(payment('a')).execute()
        await trx.insertInto('payment').values(payment('b')).execute()
      })
    await Promise.all([insertTwice(), insertTwice(), insertTwice()])
    const { count } = await db
      .selectFrom('payment')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(6)
    await db.destroy()
  })

  test('serves a reader while another connection writes', async () => {
    const file = join(scratchDir('sql'), 'views.sqlite')
    const writer = await openWithTable(file)
    const reader = await openWithTable(file)
    await writer.transaction().execute(async trx => {
      await trx.insertInto('payment').values(payment('a')).execute()
      expect(await reader.selectFrom('payment').selectAll().execute()).toEqual([])
    })
    expect(await reader.selectFrom('payment').select('payee').execute()).toEqual([{ payee: 'a' }])
    await Promise.all([writer.destroy(), reader.destroy()])
  })

  test('streams rows, and tells how many a statement changed', async () => {
    const db = await openWithTable(':memory:')
    await db.insertInto('payment').values(['a', 'b', 'c'].map(payment)).execute()
    const payees: string[] = []
    for await (const row of db.selectFrom('payment').select('payee').orderBy('id').stream()) payees.push(row.payee)
    expect(payees).toEqual(['a', 'b', 'c'])
    const { numUpdatedRows } = await db
      .updateTable('payment')
      .set({ payee: 'd' })
      .where('id', '>', 1)
      .executeTakeFirst()
    expect(numUpdatedRows).toBe(2n)
    await sql`delete from payment`.execute(db)
    await db.destroy()
  })
})

test('an engine that cannot be reached is said, without its password', async () => {
  const port = await freePort()
  const opening = openSql({ databaseUrl: `postgres://me:secret@127.0.0.1:${port}/x`, file: ':memory:' })
  await expect(opening).rejects.toSatisfy(error => {
    const { code, message } = error as { code: string; message: string }
    return code === 'SQL_UNREACHABLE' && message.includes(String(port)) && !message.includes('secret')
  })
  await expect(openSql({ file: scratchDir('sql') })).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' })
})
