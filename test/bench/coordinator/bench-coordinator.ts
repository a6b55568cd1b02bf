import type { BenchOptions } from '../options.ts'
import { printTable } from '../print-table.ts'
import { progressDone } from '../progress.ts'
import { measureEntente } from './entente.ts'
import { sideBySide, warmUp } from './levels.ts'
import { measureLimit } from './limit.ts'
import { measurePeers } from './peers.ts'
import type { Sent } from './record-steps.ts'

/** Entente, what its bus could do at the most, and others that make steps durable: the same chains, one after the other. */
export async function benchCoordinator({ levels, peers: withPeers }: BenchOptions): Promise<null> {
  const entente = await measureEntente('Entente', levels)
  const unwatched = await measureEntente('Entente, no API, no lookout', levels)
  progressDone()
  printTable(entente.rows)
  const { one, many } = entente.sent
  process.stdout.write(
    `\nOn the bus a subtask is ${summaryOf(one)}; of ${warmUp[0].inFlight} chains at a time ${summaryOf(many)}.\n`,
  )
  const limit = await measureLimit(levels, entente.sent)
  const peers = withPeers ? await measurePeers(levels) : { figures: [], missing: [] }
  progressDone()
  process.stdout.write('\nSide by side: a step is a subtask, or what the other system makes durable for each step\n')
  printTable(sideBySide(levels, [...entente.figures, ...unwatched.figures, ...limit, ...peers.figures]))
  for (const { system, why } of peers.missing) process.stdout.write(`${system}: not measured. ${why}\n`)
  return null
}

/** What one step sends, on average. */
function summaryOf(sent: readonly Sent[][]): string {
  const all = sent.flat()
  const each = (count: number) => Number((count / sent.length).toFixed(1))
  const parts = (['task', 'work', 'result', 'evidence'] as const).map(to => {
    const bytes = all.filter(message => message.to === to).map(message => message.bytes + message.headerBytes)
    const mean = bytes.reduce((sum, size) => sum + size, 0) / (bytes.length || 1)
    return `${each(bytes.length)} ${to} (${Math.round(mean)} B)`
  })
  return `${each(all.length)} durable messages: ${parts.join(', ')}`
}
