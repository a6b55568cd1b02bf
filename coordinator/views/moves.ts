import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Change } from './change.ts'
import { numberOf } from './rows-of-chain-event.ts'

type Kind =
  | ('wallet' | 'account' | 'leaving' | 'task' | 'batch' | 'bond' | 'purse' | 'pool')
  | ('bonded' | 'unbonding' | 'held')
/** Where tokens lie; null for outside. */
export type Place = readonly [kind: Kind, owner: string] | null
export type Move = readonly [from: Place, to: Place, amount: bigint, taskId?: string | undefined]

/** What an event's arguments are as text, and what it changes. */
export type Meaning = (args: Record<string, string>, event: ChainEvent) => Change[]
export type Meanings = { readonly [event: string]: Meaning }

export const outside: Place = null

export function accountOf(address: string): Place {
  return ['account', address.toLowerCase()]
}

/** What someone gave as a surety, of all kinds together: what each part is for is in the table of bonds. */
export function bondOf(giver: string): Place {
  return ['bond', giver.toLowerCase()]
}

/** To whoever's account the treasury's parts go now; `treasury` where no event of the escrow has said so yet. */
export function withTreasury(changes: (treasury: Place) => Change[]): Change {
  return {
    given: 'treasury',
    key: { id: 'now' },
    changes: row => changes(row ? accountOf(row.address) : ['account', 'treasury']),
  }
}

/** @param first place of the first of them among the movements of the event */
export function moved(event: ChainEvent, moves: readonly Move[], first = 0): Change[] {
  const { blockNumber, txHash, blockTimeMs: atMs } = event
  const cause = `${event.contract}.${event.event}`
  return moves.flatMap(([from, to, amount, taskId = null], index): Change[] => {
    if (amount === 0n) return []
    const [fromKind, fromOwner] = from ?? [null, null]
    const [toKind, toOwner] = to ?? [null, null]
    const ends = { fromKind, fromOwner, toKind, toOwner, amount: `${amount}`, taskId }
    const row = { number: numberOf(event), place: first + index, cause, ...ends, blockNumber, txHash, atMs }
    return [{ put: 'movements', row }, ...added(from, -amount), ...added(to, amount)]
  })
}

/** Takes an amount out of a first place as far as it goes, and the rest out of a second. */
export function outOf(
  first: Place,
  second: Place,
  amount: bigint,
  to: Place,
  { event, place }: { event: ChainEvent; place: number },
): Change {
  const [kind, owner] = first!
  return {
    given: 'balances',
    key: { kind, owner },
    changes: row => {
      const there = BigInt(row?.amount ?? 0)
      const part = there < amount ? there : amount
      return moved(
        event,
        [
          [first, to, part],
          [second, to, amount - part],
        ],
        place,
      )
    },
  }
}

/** To the place, and to the sum of its kind. */
function added(place: Place, amount: bigint): Change[] {
  if (!place) return []
  const [kind, owner] = place
  return [owner, ''].map(each => ({
    revise: 'balances',
    key: { kind, owner: each },
    absent: { kind, owner: each, amount: '0' },
    by: row => ({ amount: `${BigInt(row.amount) + amount}` }),
  }))
}
