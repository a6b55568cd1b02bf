import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { RpcHeader } from '../../../gateway/block.ts'
import { encodeHeader } from '../../../gateway/encode-block.ts'
import { type Nodes, openNodes } from '../../../gateway/nodes/nodes.ts'
import { keccak256 } from '../../../protocol/hash.ts'
import { openLog } from '../../../stack/log.ts'
import { parseNode } from '../../../stack/node-list.ts'

/** A busy machine is no failure. */
export const slow = { timeout: 10_000, interval: 50 }
export const limits = { timeoutMs: 1_000, probeTimeoutMs: 500, lookMs: 200, finalityBlocks: 2 }

/** Nodes behind one door, until the test ends; their log lies in `dir`. */
export async function openOver(dir: string, ...entries: string[]): Promise<Nodes> {
  const log = openLog('nodes', { LOG_LEVEL: 'info' }, join(dir, 'nodes.log'))
  const nodes = await openNodes({ ...limits, list: entries.map(entry => parseNode(entry)!), log })
  onTestFinished(() => nodes.stop())
  return nodes
}

export const standings = (nodes: Nodes) => nodes.list().map(({ standing }) => standing)
export const becomes = (nodes: Nodes, ...expected: string[]) =>
  expect.poll(() => standings(nodes), slow).toEqual(expected)

/** A block that fits itself, and is not on the chain. */
export function forged(header: RpcHeader): RpcHeader {
  const other = { ...header, stateRoot: `0x${'ee'.repeat(32)}` as const }
  return { ...other, hash: keccak256(encodeHeader(other)) }
}
