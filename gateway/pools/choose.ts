import { contentHash } from '../../protocol/canonical.ts'
import type { Address } from '../../protocol/ids.ts'

/** A key of a pool, as whoever chooses sees it now. */
export interface Member {
  readonly address: Address
  /** Messages that it has under way, or that wait for its numbers. */
  readonly load: number
  /** How many were given to it: between keys alike in load the one that had fewer is next. */
  readonly given: number
  /** Whether it can be expected to send. */
  readonly fit: boolean
}

export interface Order {
  readonly tenant: string
  readonly key: string
  /** Who has the newest message of the order that is not done with; null when there is none. */
  readonly last: Address | null
}

/**
 * Which key of a pool a message goes by: of those that are fit the one with the least to do. What keeps to an order stays with
 * the key that has the order's messages, and else goes where every gateway sends that order (rendezvous hashing), so that
 * a key that leaves or comes moves no other's orders. Where none is fit, all are asked: the message waits for funds.
 *
 * @param members at least one
 */
export function chooseMember(members: readonly Member[], order: Order | null): Address {
  const fit = members.filter(member => member.fit)
  const candidates = fit.length > 0 ? fit : members
  if (order === null) return best(candidates, byLoad)
  const last = candidates.find(({ address }) => address === order.last)
  if (last !== undefined) return last.address
  const weights = new Map(
    candidates.map(({ address }) => [address, contentHash([order.tenant, order.key, address])] as const),
  )
  return best(candidates, (a, b) => (weights.get(a.address)! < weights.get(b.address)! ? -1 : 1))
}

function byLoad(a: Member, b: Member): number {
  return a.load - b.load || a.given - b.given
}

function best(members: readonly Member[], compare: (a: Member, b: Member) => number): Address {
  return members.reduce((first, next) => (compare(next, first) < 0 ? next : first)).address
}
