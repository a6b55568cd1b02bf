import type { Hex } from '../protocol/hash.ts'
import type { Block } from './block.ts'
import type { Head } from './follow.ts'
import type { Message } from './message.ts'
import type { Rpc } from './rpc.ts'

/** A signer that cannot pay is waited for: nothing is numbered for it until somebody has funded it. */
export class Unfunded extends Error {
  override readonly name = 'Unfunded'
}

/** What signers have, and what was promised of it to messages that are under way. Amounts are in wei. */
export interface Funds {
  /**
   * Sets aside the most that a message may cost its signer, until it is mined or closed, or moves to another key.
   * @throws Unfunded when the signer has less than that beside what is set aside already
   */
  setAside(message: Message, signer: Hex, most: bigint): Promise<void>
  /** The most that a signer could not set aside although nothing else was; 0 when it could. */
  short(signer: Hex): bigint
}

export function createFunds({ rpc, head }: { rpc: Rpc; head: Head }): Funds {
  const promised = new Map<Hex, bigint>()
  const shortOf = new Map<Hex, bigint>()
  const provided = new WeakMap<Message, { signer: Hex; most: bigint }>()
  const balances = new WeakMap<Block, Map<Hex, Promise<bigint>>>()

  /** Asked once a block. */
  function balanceNow(signer: Hex): Promise<bigint> {
    const block = head.latest()
    const known = balances.get(block) ?? new Map<Hex, Promise<bigint>>()
    balances.set(block, known)
    const asked = known.get(signer) ?? balanceOf(rpc, signer)
    known.set(signer, asked)
    asked.catch(() => known.delete(signer))
    return asked
  }

  async function setAside(message: Message, signer: Hex, most: bigint): Promise<void> {
    if (provided.get(message)?.signer === signer) return
    giveBack(message)
    const balance = await balanceNow(signer)
    const before = promised.get(signer) ?? 0n
    if (balance < before + most) {
      if (before === 0n) shortOf.set(signer, most)
      throw new Unfunded(`${signer} has ${balance} wei, and ${before + most} may be needed: fund it`)
    }
    shortOf.delete(signer)
    provided.set(message, { signer, most })
    promised.set(signer, before + most)
    void message.settled.promise.then(() => giveBack(message))
  }

  function giveBack(message: Message): void {
    const aside = provided.get(message)
    if (aside === undefined) return
    provided.delete(message)
    promised.set(aside.signer, promised.get(aside.signer)! - aside.most)
  }

  return { setAside, short: signer => shortOf.get(signer) ?? 0n }
}

export async function balanceOf(rpc: Rpc, signer: Hex): Promise<bigint> {
  return BigInt(await rpc<Hex>('eth_getBalance', [signer, 'latest']))
}
