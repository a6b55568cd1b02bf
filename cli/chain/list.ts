import { existsSync } from 'node:fs'
import { type ChainMessageFilter, listChainMessages } from '../../coordinator/views/list-chain-messages.ts'
import { openViews, viewsPlace } from '../../coordinator/views/open-views.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { type Config, readConfig } from '../../stack/config.ts'
import type { SqlPlace } from '../../stack/sql.ts'
import { invalid, keyOf } from './key.ts'

/** As the command line has them. */
export type ListOptions = Partial<Record<'task' | 'agent' | 'key' | 'hash' | 'since' | 'state' | 'tenant', string>> & {
  limit: string
}

/**
 * `entente chain list`: from the read model (DATABASE_URL, or the data folder), the latest first, a JSON line each.
 * @throws EntenteError COMMAND_INVALID, READ_MODEL_MISSING, SQL_UNREACHABLE
 */
export async function listMessages(options: ListOptions): Promise<void> {
  const filter = filterOf(options)
  const db = await openViews(placeIn(readConfig(process.env)))
  try {
    for (const { args, ...message } of await listChainMessages(db, filter))
      print({ ...message, args: JSON.parse(args) })
  } finally {
    await db.destroy()
  }
}

/** To list nothing from a file that nobody has filled would say that there are no messages. */
function placeIn(config: Config): SqlPlace {
  const place = viewsPlace(config)
  if (place.databaseUrl !== undefined || existsSync(place.file)) return place
  throw new EntenteError('READ_MODEL_MISSING', `there is no ${place.file}, ENTENTE_DATA being ${config.ENTENTE_DATA}`)
}

function filterOf({ task, agent, key, hash, since, state, tenant, limit }: ListOptions): ChainMessageFilter {
  const most = Number(limit)
  if (!Number.isInteger(most) || most < 1) throw invalid('--limit', 'a whole number from 1', limit)
  const sinceMs = since === undefined ? undefined : Date.parse(since)
  if (Number.isNaN(sinceMs)) throw invalid('--since', 'a time as ISO 8601 has it', since!)
  const named = key === undefined ? { tenant } : keyOf(key)
  return { ...named, task, agent, txHash: hash, since: sinceMs, state, limit: most }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
