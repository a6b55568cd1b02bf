import type { Kysely } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../coordinator/views/change.ts'
import { Draft } from '../../coordinator/views/draft.ts'
import { rowsOfChainMessage } from '../../coordinator/views/rows-of-chain-message.ts'
import { rowsOfMoney } from '../../coordinator/views/rows-of-money.ts'
import { rowsOfTask } from '../../coordinator/views/rows-of-task.ts'
import { keys, type TableName, type Views } from '../../coordinator/views/schema.ts'
import { Statements } from '../../coordinator/views/statements.ts'
import { sha256 } from '../../protocol/hash.ts'
import { messageLife, stranger } from './publish.ts'
import { historyOf, startMs } from './sample-task.ts'
import { engines, withDatabases } from './with-databases.ts'

const databases = withDatabases()
/** More than any statement takes at once. */
const tasks = 75

/** What many messages mean, each its own changes: entries of tasks in turn, a message to the chain, money that moves. */
function meanings(): Change[][] {
  const histories = Array.from({ length: tasks }, (_, index) => historyOf(`storm-${index}`))
  const longest = Math.max(...histories.map(({ length }) => length))
  const entries = Array.from({ length: longest }, (_, at) => histories.flatMap(history => history[at] ?? [])).flat()
  const place = { address: stranger, blockHash: sha256('b'), blockTimeMs: startMs, txHash: sha256('t'), logIndex: 0 }
  const moves = Array.from({ length: tasks }, (_, index) => {
    const [event, args] =
      index % 2 === 0 ? ['Deposited', { from: stranger }] : ['WithdrawalAnnounced', { leavesAt: '1' }]
    const said = { account: stranger, amount: `${100 + index}`, ...(args as object) }
    return rowsOfMoney({ contract: 'Escrow', event: event as string, args: said, blockNumber: index, ...place })
  })
  return [
    ...entries.map((entry, index) => rowsOfTask(entry, index + 1)),
    ...messageLife.map((entry, index) => rowsOfChainMessage(entry, index + 1)),
    ...moves,
  ]
}

describe.each(engines)('a draft on %s', engine => {
  /** All tables, after the messages were taken so many at a time. */
  async function tablesAfter(atOnce: number): Promise<Record<string, string[]>> {
    const db = await databases.openNew(engine)
    const statements = new Statements(db)
    const all = meanings()
    for (let from = 0; from < all.length; from += atOnce) {
      await db.transaction().execute(async trx => {
        const draft = new Draft(trx, statements)
        await draft.take(all.slice(from, from + atOnce).flat())
        await draft.write()
      })
    }
    return contents(db)
  }

  test('writes the same of many messages together as of each alone', async () => {
    const alone = await tablesAfter(1)
    expect(alone.tasks).toHaveLength(tasks)
    expect(alone.movements).toHaveLength(tasks)
    expect(alone.balances!.length).toBeGreaterThan(1)
    for (const atOnce of [2, 40, 333, Number.POSITIVE_INFINITY]) expect(await tablesAfter(atOnce)).toEqual(alone)
  })
})

async function contents(db: Kysely<Views>): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of Object.keys(keys) as TableName[]) {
    const rows = await db
      .selectFrom(table as 'tasks')
      .selectAll()
      .execute()
    found[table] = rows.map(row => JSON.stringify(row)).sort()
  }
  return found
}
