import type { BenchOptions } from '../options.ts'
import { printTable } from '../print-table.ts'
import { progressDone } from '../progress.ts'
import { measureBareLoop } from './bare-loop.ts'
import { measureEntente } from './entente.ts'
import { type Level, mediansOf, sideBySide, warmUpFor } from './levels.ts'
import { measureLimit } from './limit.ts'
import { measurePeers } from './peers.ts'
import type { Sent } from './record-steps.ts'

/** Entente, what its bus could do at the most, and others that make steps durable: the same chains, one after the other. */
export async function benchCoordinator({ levels, peers, rounds }: BenchOptions): Promise<null> {
  const measured = []
  for (let round = 0; round < rounds; round++) measured.push(await measureRound(levels, peers))
  const { missing } = measured[0]!
  if (rounds > 1) process.stdout.write(`\nThe medians of ${rounds} rounds, and from the least to the most steps/s`)
  process.stdout.write('\nSide by side: a step is a subtask, or what the other system makes durable for each step\n')
  printTable(sideBySide(levels, mediansOf(measured.map(({ figures }) => figures))))
  for (const { system, why } of missing) process.stdout.write(`${system}: not measured. ${why}\n`)
  return null
}

async function measureRound(levels: readonly Level[], withPeers: boolean) {
  const entente = await measureEntente('Entente', levels)
  const unwatched = await measureEntente('Entente, no API, no lookout', levels)
  progressDone()
  printTable(entente.rows)
  const { one, many } = entente.sent
  const ofMany = `of ${warmUpFor(levels).many.inFlight} chains at a time ${summaryOf(many)}`
  process.stdout.write(`\nOn the bus a subtask is ${summaryOf(one)}; ${ofMany}.\n`)
  const limit = await measureLimit(levels, entente.sent)
  const loop = await measureBareLoop(levels, many)
  const others = withPeers ? await measurePeers(levels) : { figures: [], missing: [] }
  progressDone()
  const figures = [...entente.figures, ...unwatched.figures, ...limit, ...loop, ...others.figures]
  return { figures, missing: others.missing }
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
