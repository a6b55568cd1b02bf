import { type ChainMessageFilter, listChainMessages } from '../../coordinator/views/list-chain-messages.ts'
import { openViews, viewsPlace } from '../../coordinator/views/open-views.ts'
import { readConfig } from '../../stack/config.ts'
import { invalid, keyOf } from './key.ts'

/** As the command line has them. */
export type ListOptions = Partial<Record<'task' | 'agent' | 'key' | 'hash' | 'since' | 'state' | 'tenant', string>> & {
  limit: string
}

/** `entente chain list`: from the read model (DATABASE_URL, or the data folder), the latest first, a JSON line each. */
export async function listMessages(options: ListOptions): Promise<void> {
  const filter = filterOf(options)
  const db = await openViews(viewsPlace(readConfig(process.env)))
  try {
    for (const { args, ...message } of await listChainMessages(db, filter))
      print({ ...message, args: JSON.parse(args) })
  } finally {
    await db.destroy()
  }
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
