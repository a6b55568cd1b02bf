import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { isClosed, type Life } from '../life.ts'

/** A message, and the sequence of its first entry. */
interface Place {
  readonly life: Life
  readonly firstSeq: number
}

/** Of the messages that are not done with: how many each key has, and which follow which in an order. */
export interface Roster {
  /** Takes in how a message stands now. */
  note(standing: Place): void
  /** Messages that a key has under way, or that wait for its numbers; those that are mined do not count. */
  load(key: Address): number
  /** Sequence of the first entry of a message that keeps to an order; undefined for others. */
  firstSeq(messageId: Hex): number | undefined
  /** The message before this one in its order; null when it is the first. */
  ahead(messageId: Hex): Life | null
  /** The message after this one in its order, or the first when this one is done with; null when there is none. */
  behind(life: Life): Life | null
  /** The newest of the order that an intent keeps to. */
  last(intent: ChainIntent): Life | null
}

export function createRoster(): Roster {
  const keys = new Map<Hex, Address>()
  const loads = new Map<Address, number>()
  const orders = new Map<string, Place[]>()
  const seqs = new Map<Hex, { order: string; firstSeq: number }>()

  function count({ messageId, state, signer, chosen }: Life): void {
    const [before, now] = [keys.get(messageId), isClosed(state) || state === 'MINED' ? null : (signer ?? chosen)]
    if (before !== undefined) loads.set(before, loads.get(before)! - 1)
    if (now === null) return void keys.delete(messageId)
    keys.set(messageId, now)
    loads.set(now, (loads.get(now) ?? 0) + 1)
  }

  function place({ life, firstSeq }: Place, order: string): void {
    const { messageId } = life
    const places = orders.get(order) ?? []
    const index = indexIn(places, seqs.get(messageId)?.firstSeq ?? firstSeq)
    const known = places[index]?.life.messageId === messageId
    if (isClosed(life.state)) {
      if (known) places.splice(index, 1)
      seqs.delete(messageId)
    } else {
      places.splice(index, known ? 1 : 0, { life, firstSeq: known ? places[index]!.firstSeq : firstSeq })
      if (!known) seqs.set(messageId, { order, firstSeq })
    }
    if (places.length === 0) orders.delete(order)
    else orders.set(order, places)
  }

  return {
    note(standing) {
      count(standing.life)
      const order = orderOf(standing.life.intent)
      if (order !== null) place(standing, order)
    },
    load: key => loads.get(key) ?? 0,
    firstSeq: messageId => seqs.get(messageId)?.firstSeq,
    ahead(messageId) {
      const known = seqs.get(messageId)
      if (known === undefined) return null
      const places = orders.get(known.order)!
      return places[indexIn(places, known.firstSeq) - 1]?.life ?? null
    },
    behind({ messageId, intent }) {
      const order = orderOf(intent)
      const places = order === null ? [] : (orders.get(order) ?? [])
      const known = seqs.get(messageId)
      return places[known === undefined ? 0 : indexIn(places, known.firstSeq) + 1]?.life ?? null
    },
    last(intent) {
      const order = orderOf(intent)
      return order === null ? null : (orders.get(order)?.at(-1)?.life ?? null)
    },
  }
}

function orderOf({ tenant, orderKey }: ChainIntent): string | null {
  return orderKey === undefined ? null : `${tenant} ${orderKey}`
}

/** Where a place with this sequence is, or belongs. */
function indexIn(places: readonly Place[], firstSeq: number): number {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (places[middle]!.firstSeq < firstSeq) low = middle + 1
    else high = middle
  }
  return low
}
