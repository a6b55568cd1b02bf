import { setTimeout as sleep } from 'node:timers/promises'
import type { Rpc } from '../../gateway/rpc.ts'

export interface HandMining {
  /** Runs it while no block is made. */
  between<T>(act: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

/**
 * Makes a block every so often, as anvil's own timer would. That timer does not wait for `anvil_reorg`: a block that it makes
 * in the middle of one leaves holes in the chain, and transactions that stand in it twice (anvil 1.7.1).
 */
export function mineByHand(rpc: Rpc, everyMs: number): HandMining {
  let turn: Promise<unknown> = Promise.resolve()
  const between = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act)
    turn = mine.catch(() => {})
    return mine
  }
  const stopping = new AbortController()
  const { signal } = stopping
  const mining = (async () => {
    while (!signal.aborted) {
      // A node that stands still, or is gone, makes none.
      await between(() => rpc('evm_mine', [])).catch(() => {})
      await sleep(everyMs, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    between,
    async stop() {
      stopping.abort()
      await mining
    },
  }
}
