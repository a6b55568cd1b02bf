import type { Hex } from '../../protocol/hash.ts'
import type { Log } from '../../stack/log.ts'
import { quantity, type RpcHeader } from '../block.ts'
import { NodeSilent } from '../rpc.ts'
import { askMajority } from './majority.ts'
import type { Node } from './node.ts'
import type { Suspect } from './suspect.ts'

/** Blocks that were given out are known for as long as this below the one agreed on. */
const KEPT = 1_024

export type FinalityOptions = {
  readers: () => readonly Node[]
  finalityBlocks: number
  /** What must be the same when two nodes are asked for a block; null when one does not have it. */
  keyOf: (header: RpcHeader | null) => string | null
  suspect: Suspect
  log: Log
}

/**
 * Lets the head go forward only as far as a majority of the readers agrees on the block that becomes final by it: its hash
 * and its receipts root. Whoever counts blocks from that head then takes nothing for final that one node made up.
 */
export function createFinality({ readers, finalityBlocks, keyOf, suspect, log }: FinalityOptions) {
  /** Blocks as they were given out: of a node that is read from, so they may not be those agreed on. */
  const given = new Map<number, { hash: Hex; parentHash: Hex }>()
  let agreed: { number: number; hash: Hex } | null = null
  let disagreed = -1

  async function agreeOn(number: number): Promise<void> {
    const question = { method: 'eth_getBlockByNumber', params: [quantity(number), false], keyOf }
    const header = await askMajority<RpcHeader | null>({
      ...question,
      readers: readers(),
      onDissent: (node, key) => suspect(node, question, key),
    })
    agreed = { number, hash: header!.hash }
    for (const old of given.keys()) if (old < number - KEPT) given.delete(old)
  }

  /**
   * Why a block cannot be given out: what was given out below it leads to another block than the one agreed on. A node that
   * lies about blocks and votes truly is caught here; one whose chain was reorganised has other blocks below.
   */
  function whyAstray({ number, hash, parentHash }: RpcHeader): string | null {
    let below = { number: Number(number), hash, parentHash }
    while (agreed !== null && below.number > agreed.number) {
      if (below.number === agreed.number + 1) return below.parentHash === agreed.hash ? null : astray(below, agreed)
      const parent = given.get(below.number - 1)
      if (parent?.hash !== below.parentHash) break
      below = { number: below.number - 1, ...parent }
    }
    if (agreed !== null && below.number === agreed.number && below.hash !== agreed.hash) return astray(below, agreed)
    return null
  }

  return {
    /** Whether a block, by its number as JSON-RPC has it, is below the one agreed on. */
    isPast(number: unknown): boolean {
      return agreed !== null && isNumber(number) && Number(number) < agreed.number
    },
    /** The same; and notes a block that may be given out. */
    whyAstray(header: RpcHeader): string | null {
      const why = whyAstray(header)
      if (why === null) given.set(Number(header.number), { hash: header.hash, parentHash: header.parentHash })
      return why
    },
    /**
     * The head that may be shown when one reader has this one.
     * @throws NodeSilent when nothing was agreed on yet
     */
    async head(number: number): Promise<Hex> {
      const target = number - finalityBlocks
      if (target <= (agreed?.number ?? -1) || target < 0) return quantity(number)
      try {
        await agreeOn(target)
        return quantity(number)
      } catch (error) {
        if (!(error instanceof NodeSilent)) throw error
        if (disagreed !== target) log.warn({ block: target, err: error.message }, 'no majority for a block yet')
        disagreed = target
        if (agreed === null) throw error
        return quantity(agreed.number + finalityBlocks)
      }
    },
  }
}

/** And no tag, as `latest` is. */
export function isNumber(block: unknown): block is Hex {
  return typeof block === 'string' && /^0x[0-9a-f]{1,14}$/.test(block)
}

function astray(block: { number: number; hash: Hex }, agreed: { number: number; hash: Hex }): string {
  return `its block ${block.number}, ${block.hash}, does not descend from block ${agreed.number} that the majority has`
}
