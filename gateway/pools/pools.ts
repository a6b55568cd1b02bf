import type { ChainIntent } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Head } from '../follow.ts'
import type { Funds } from '../funds.ts'
import type { KeyRing } from '../keys/ring.ts'
import type { Life } from '../life.ts'
import { chooseMember, type Member, type Order } from './choose.ts'
import { type Fitness, membersOf } from './fitness.ts'
import type { PoolList } from './pool-list.ts'
import type { Roster } from './roster.ts'

/** No message is sent with less (the margin in `estimate.ts`), at twice the base fee (`fees.ts`). */
const LEAST_GAS = 500_000n
const BASE_FEES = 2n

/** Keys that share messages: each message gets one when it is admitted, and another when that can send it no more. */
export interface Pools {
  readonly list: PoolList
  /** Whether what is sent from there goes by the keys of a pool. */
  has(from: ChainIntent['from']): boolean
  /** The pool of a key; null when it is in none. */
  poolOf(key: Address): string | null
  /** Why a key is given nothing now; null when it is, or when it is in no pool. */
  unfit(key: Address): string | null
  /**
   * @throws EntenteError KEY_FROZEN when none of a pool's keys takes anything
   */
  checkTakesNew(from: ChainIntent['from']): void
  /** The key that an intent goes by; null for one that goes by no pool. `done` is called when that is stored, or not. */
  choose(intent: ChainIntent): { readonly signer: Address; done(): void } | null
  /** The key that is to take a message over from the one that cannot send it; null when there is none that is better off. */
  instead(life: Life): Address | null
  refresh(): Promise<void>
}

export type PoolsGround = {
  readonly list: PoolList
  readonly signers: KeyRing
  readonly fitness: Fitness
  readonly roster: Roster
  readonly head: Pick<Head, 'latest'>
  readonly funds: Pick<Funds, 'short'>
}

export function createPools({ list, signers, fitness, roster, head, funds }: PoolsGround): Pools {
  /** Chosen, and not in the log yet. */
  const pending = new Map<Address, number>()
  const given = new Map<Address, number>()
  const add = (counts: Map<Address, number>, key: Address, by: number) => counts.set(key, (counts.get(key) ?? 0) + by)

  function nameOf(from: ChainIntent['from']): string | null {
    const name = from.startsWith('pool:') ? from.slice('pool:'.length) : from
    return list.has(name) ? name : null
  }

  const keysOf = (name: string) => membersOf(signers, list.get(name)!)

  function isDry(key: Address): boolean {
    const balance = fitness.balance(key)
    const least = LEAST_GAS * BASE_FEES * head.latest().baseFeePerGas
    const short = funds.short(key)
    return balance !== null && balance < (short > least ? short : least)
  }

  function unfit(key: Address): string | null {
    if (poolOf(key) === null) return null
    return fitness.barred(key) ?? (isDry(key) ? `it has ${fitness.balance(key)} wei, too little to send with` : null)
  }

  function poolOf(key: Address): string | null {
    for (const [name, keys] of list) if (keys.includes(key) || membersOf(signers, keys).includes(key)) return name
    return null
  }

  function membersFor(name: string): Member[] {
    const members = keysOf(name).filter(key => fitness.barred(key) === null)
    return members.map(address => ({
      address,
      load: roster.load(address) + (pending.get(address) ?? 0),
      given: given.get(address) ?? 0,
      fit: !isDry(address),
    }))
  }

  function atLeastOneFor(name: string): Member[] {
    const members = membersFor(name)
    if (members.length > 0) return members
    const reasons = keysOf(name).map(key => `${key}: ${fitness.barred(key)}`)
    throw new EntenteError('KEY_FROZEN', `no key of the pool ${name} takes anything: ${reasons.join('; ')}`)
  }

  function orderOf(intent: ChainIntent): Order | null {
    const { tenant, orderKey: key } = intent
    if (key === undefined) return null
    const last = roster.last(intent)
    return { tenant, key, last: last?.signer ?? last?.chosen ?? null }
  }

  return {
    list,
    has: from => nameOf(from) !== null,
    poolOf,
    unfit,
    checkTakesNew(from) {
      const name = nameOf(from)
      if (name !== null) atLeastOneFor(name)
    },
    choose(intent) {
      const name = nameOf(intent.from)
      if (name === null) return null
      const signer = chooseMember(atLeastOneFor(name), orderOf(intent))
      add(pending, signer, 1)
      add(given, signer, 1)
      return { signer, done: () => add(pending, signer, -1) }
    },
    instead({ intent, chosen }) {
      const name = nameOf(intent.from)
      if (chosen === null || name === null || unfit(chosen) === null) return null
      const members = membersFor(name).filter(({ address, fit }) => fit && address !== chosen)
      if (members.length === 0) return null
      const target = chooseMember(members, orderOf(intent))
      // Two keys that are both short of what it costs must not pass it to and fro.
      const isBetter = fitness.barred(chosen) !== null || fitness.balance(target)! > fitness.balance(chosen)!
      return isBetter ? target : null
    },
    refresh: () => (list.size === 0 ? Promise.resolve() : fitness.refresh()),
  }
}
