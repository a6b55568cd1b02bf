import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Log } from '../../stack/log.ts'
import type { Contracts } from '../contracts.ts'
import { balanceOf } from '../funds.ts'
import type { KeyRing } from '../keys/ring.ts'
import type { Rpc } from '../rpc.ts'
import type { PoolList } from './pool-list.ts'
import { missingRoles } from './roles.ts'

/** How often balances are read, and roles. */
const BALANCES_MS = 1_000
const ROLES_MS = 60_000

/** Whether keys of pools can be expected to send. */
export interface Fitness {
  /** Why a key can send nothing, whatever the funds; null when it can. */
  barred(key: Address): string | null
  /** In wei, as it was last read; null before that. */
  balance(key: Address): bigint | null
  /** Reads balances, and now and then roles; never throws. */
  refresh(): Promise<void>
}

export type FitnessGround = {
  readonly rpc: Rpc
  readonly contracts: Pick<Contracts, 'addresses'>
  readonly signers: KeyRing
  readonly log: Log
}

/**
 * Reads for the first time what keys have and may.
 *
 * @throws EntenteError CONFIG_INVALID when no key of a pool may do all that others of it may
 */
export async function openFitness(ground: FitnessGround, pools: PoolList): Promise<Fitness> {
  const { rpc, signers, log } = ground
  const lacking = new Map<Address, string>()
  const balances = new Map<Address, bigint>()
  let readMs = { balances: 0, roles: 0 }
  let reading = false

  async function readRoles(): Promise<void> {
    for (const [name, keys] of pools) {
      for (const [key, roles] of await missingRoles(ground, membersOf(signers, keys))) {
        const before = lacking.get(key)
        if (roles.length === 0) lacking.delete(key)
        else lacking.set(key, `it lacks what others of its pool have: ${roles.join(', ')}`)
        if (lacking.get(key) !== before) log.warn({ pool: name, signer: key, lacks: roles }, 'roles of a pool')
      }
    }
  }

  async function readBalances(): Promise<void> {
    const keys = [...pools.values()].flatMap(each => membersOf(signers, each))
    await Promise.all(keys.map(async key => balances.set(key, await balanceOf(rpc, key))))
  }

  async function refresh(): Promise<void> {
    const nowMs = performance.now()
    // A node that is silent is not asked again meanwhile.
    if (reading) return
    reading = true
    try {
      if (nowMs - readMs.balances >= BALANCES_MS) {
        await readBalances()
        readMs = { ...readMs, balances: nowMs }
      }
      if (nowMs - readMs.roles >= ROLES_MS) {
        await readRoles()
        readMs = { ...readMs, roles: nowMs }
      }
    } catch (error) {
      log.warn({ err: error }, 'what keys of pools have is read later')
    } finally {
      reading = false
    }
  }

  await Promise.all([readRoles(), readBalances()])
  readMs = { balances: performance.now(), roles: performance.now() }
  checkAnyMay(signers, pools, lacking)
  return {
    barred(key) {
      const { frozen, retiredFor } = signers.decided(key)
      if (frozen !== null) return `it is frozen: ${frozen}`
      if (retiredFor !== null) return `${retiredFor} took its place`
      return lacking.get(key) ?? null
    },
    balance: key => balances.get(key) ?? null,
    refresh,
  }
}

/** The keys of a pool, each with what took its place. */
export function membersOf(signers: Pick<KeyRing, 'successor'>, keys: readonly Address[]): Address[] {
  return [...new Set(keys.map(key => signers.successor(key)))]
}

function checkAnyMay(signers: KeyRing, pools: PoolList, lacking: ReadonlyMap<Address, string>): void {
  for (const [name, keys] of pools) {
    const members = membersOf(signers, keys)
    if (members.some(key => !lacking.has(key))) continue
    const each = members.map(key => `${key}: ${lacking.get(key)}`).join('; ')
    throw new EntenteError('CONFIG_INVALID', `no key of the pool ${name} has all roles that others of it have: ${each}`)
  }
}
