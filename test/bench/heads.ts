import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBell } from '../../gateway/bell.ts'
import { followChain } from '../../gateway/follow.ts'
import { openNodes } from '../../gateway/nodes/nodes.ts'
import { connectRpc, type Rpc } from '../../gateway/rpc.ts'
import { startAnvil } from '../../stack/embedded/anvil.ts'
import { openLog } from '../../stack/log.ts'
import { parseNode } from '../../stack/node-list.ts'
import { quantile } from './print-table.ts'

const rounds = 100
const log = openLog('heads', { LOG_LEVEL: 'warn' })

/**
 * From the moment at which the node is told to make a block, to that at which the gateway has read it with its receipts:
 * by polling alone, and with new heads heard by WebSocket. Blocks come at moments that follow from nothing.
 */
export async function benchHeads() {
  const dir = mkdtempSync(join(tmpdir(), 'entente-heads-'))
  const chain = await startAnvil({ dir, blockTimeS: 60 })
  try {
    const rpc = connectRpc(chain.url, { timeoutMs: 5_000 })
    await rpc('evm_setIntervalMining', [0])
    return [
      await measure(rpc, chain.url, 50),
      await measure(rpc, `${chain.url}+ws`, 50),
      await measure(rpc, chain.url, 1_000),
      await measure(rpc, `${chain.url}+ws`, 1_000),
    ]
  } finally {
    await chain.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(rpc: Rpc, entry: string, pollMs: number) {
  const nodes = await openNodes({ list: [parseNode(entry)!], finalityBlocks: 0, log })
  const stopping = new AbortController()
  const heads = entry.endsWith('+ws') ? nodes.heads : { ...createBell(), isHeard: () => false }
  let asked = 0
  const counted: Rpc = (method, params) => {
    asked += 1
    return nodes.rpc(method, params)
  }
  const rules = nodes.chosen.profile.receipts
  const place = { finalityBlocks: 0, rules, pollMs, heads, log, signal: stopping.signal }
  const following = await followChain({ rpc: counted, ...place })
  let seen = Promise.withResolvers<void>()
  const running = following.run({ block: () => seen.resolve(), retract: () => {} })
  while (entry.endsWith('+ws') && nodes.list()[0]!.heads !== 'heard') await sleep(10)
  const took: number[] = []
  const startedMs = performance.now()
  for (let round = 0; round < rounds; round += 1) {
    seen = Promise.withResolvers()
    await sleep(Math.random() * 2 * pollMs)
    const fromMs = performance.now()
    await rpc('evm_mine', [])
    await seen.promise
    took.push(performance.now() - fromMs)
  }
  const perSecond = (asked * 1_000) / (performance.now() - startedMs)
  stopping.abort()
  await Promise.all([running, nodes.stop()])
  const ms = (part: number) => Number(quantile(took, part).toFixed(1))
  return {
    'new heads': entry.endsWith('+ws') ? 'heard, and polled' : 'polled',
    'polled each ms': pollMs,
    'p50 ms': ms(0.5),
    'p99 ms': ms(0.99),
    'requests/s': Math.round(perSecond),
  }
}
