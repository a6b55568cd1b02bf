import type { Hex } from '../../protocol/hash.ts'
import type { Log } from '../../stack/log.ts'
import { quantity, type RpcHeader } from '../block.ts'
import { NodeSilent } from '../rpc.ts'
import { askMajority } from './majority.ts'
import type { Node } from './node.ts'

/** Blocks that were given out stay known this far below the one agreed on. */
const KEPT = 1_024

export type FinalityOptions = {
  readers: () => readonly Node[]
  finalityBlocks: number
  takeOut: (node: Node, why: string) => void
  suspect: (node: Node, method: string, params: readonly unknown[], isTrue: (answer: never) => boolean) => void
  log: Log
}

/**
 * Lets the head go forward only as far as a majority of the readers agrees on the block that becomes final by it: its hash
 * and its receipts root. Whoever counts blocks from that head then takes nothing for final that one node made up.
 */
export function createFinality({ readers, finalityBlocks, takeOut, suspect, log }: FinalityOptions) {
  const given = new Map<number, { node: Node; hash: Hex }>()
  let agreed = -1
  let disagreed = -1

  async function agreeOn(number: number): Promise<void> {
    const method = 'eth_getBlockByNumber'
    const params = [quantity(number), false]
    const dissenters: Node[] = []
    const header = await askMajority<RpcHeader | null>({
      readers: readers(),
      method,
      params,
      keyOf,
      onDissent: node => dissenters.push(node),
    })
    for (const node of dissenters)
      suspect(node, method, params, (answer: RpcHeader | null) => keyOf(answer) === keyOf(header))
    const before = given.get(number)
    if (before !== undefined && before.hash !== header!.hash) {
      takeOut(before.node, `it gave block ${number} as ${before.hash}, and the majority has ${header!.hash}`)
    }
    agreed = number
    for (const old of given.keys()) if (old < agreed - KEPT) given.delete(old)
  }

  return {
    /** Notes what a node gave as a block, to be held against what the majority says later. */
    given(node: Node, header: RpcHeader): void {
      given.set(Number(header.number), { node, hash: header.hash })
    },
    /**
     * The head that may be shown when one reader has this one.
     * @throws NodeSilent when nothing was agreed on yet
     */
    async head(number: number): Promise<Hex> {
      const target = number - finalityBlocks
      if (target <= agreed || target < 0) return quantity(number)
      try {
        await agreeOn(target)
        return quantity(number)
      } catch (error) {
        if (!(error instanceof NodeSilent)) throw error
        if (disagreed !== target) log.warn({ block: target, err: error.message }, 'no majority for a block yet')
        disagreed = target
        if (agreed < 0) throw error
        return quantity(agreed + finalityBlocks)
      }
    },
  }
}

function keyOf(header: RpcHeader | null): string | null {
  return header === null ? null : `${header.hash} ${header.receiptsRoot}`
}
