import type { Provider, Wallet } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { type Parameters, parameters } from '../../protocol/consortium.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { slugToBytes32 } from '../../protocol/ids.ts'
import { entryOf, officesOf } from './change-contract.ts'
import { type Action, advance, governsDirectly, type Progress } from './govern.ts'
import type { ContractEntry } from './read-contracts.ts'

/** Between reading the chain's time and the block that takes the change. */
const MARGIN_SECONDS = 5

/** A parameter, and the value that it is to have. */
interface Setting {
  readonly key: string
  readonly value: bigint
  readonly effectiveAt?: number | undefined
}

/**
 * Gives a parameter another value.
 *
 * @param effectiveAt Unix time in seconds from which it holds; left out, as soon as the notice allows. Under a timelock it must
 *   be given, alike both times: it is part of what is scheduled.
 * @throws EntenteError COMMAND_INVALID, CHANGE_PENDING, UNAUTHORIZED
 */
export async function setParameter(
  governor: Wallet,
  entries: readonly ContractEntry[],
  setting: Setting,
): Promise<Progress> {
  const action = await setAction(governor.provider!, governor.address as Hex, entries, setting)
  return advance(governor, officesOf(entries), action)
}

/** `setParameter` as a call that is still to be made by an account. */
export async function setAction(
  provider: Provider,
  by: Hex,
  entries: readonly ContractEntry[],
  { key, value, effectiveAt }: Setting,
): Promise<Action> {
  checkParameter(key, value)
  const to = entryOf(entries, 'ConfigRegistry').address
  const pending = await pendingAt(provider, entries, key)
  if (pending !== null) {
    const when = new Date(pending * 1_000).toISOString()
    throw new EntenteError('CHANGE_PENDING', `${key} changes at ${when}, and one change of a parameter waits at a time`)
  }
  const from = effectiveAt ?? (await earliest(provider, by, entries, to))
  const data = encodeCall(ABIS.ConfigRegistry, 'set', [slugToBytes32(key), value, BigInt(from)])
  return { what: `set ${key}=${value}`, to, data }
}

/**
 * Takes back the change of a parameter that was announced and does not hold yet.
 * @throws EntenteError COMMAND_INVALID where there is none, UNAUTHORIZED
 */
export async function withdrawParameter(
  governor: Wallet,
  entries: readonly ContractEntry[],
  key: string,
): Promise<Progress> {
  return advance(governor, officesOf(entries), await withdrawAction(governor.provider!, entries, key))
}

/** `withdrawParameter` as a call that is still to be made. */
export async function withdrawAction(
  provider: Provider,
  entries: readonly ContractEntry[],
  key: string,
): Promise<Action> {
  if ((await pendingAt(provider, entries, key)) === null) {
    throw new EntenteError('COMMAND_INVALID', `no change of ${key} is announced that does not hold yet`)
  }
  const to = entryOf(entries, 'ConfigRegistry').address
  const data = encodeCall(ABIS.ConfigRegistry, 'withdraw', [slugToBytes32(key)])
  return { what: `withdraw ${key}`, to, data }
}

/** When a change that was announced begins to hold, in Unix seconds; null where none is ahead. */
export async function pendingAt(
  provider: Provider,
  entries: readonly ContractEntry[],
  key: string,
): Promise<number | null> {
  const config = entryOf(entries, 'ConfigRegistry').address
  const args = [slugToBytes32(key)] as const
  const pending = await callContract(provider, config, ABIS.ConfigRegistry, 'pendingOf', args)
  return pending.effectiveAt === 0n ? null : Number(pending.effectiveAt)
}

function checkParameter(key: string, value: bigint): void {
  if (!Object.hasOwn(parameters, key)) {
    throw new EntenteError(
      'COMMAND_INVALID',
      `there is no parameter ${key}; there are ${Object.keys(parameters).join(', ')}`,
    )
  }
  const { most } = parameters[key as keyof Parameters]
  if (value > BigInt(most)) throw new EntenteError('COMMAND_INVALID', `${key} is at most ${most}, not ${value}`)
}

async function earliest(provider: Provider, by: Hex, entries: readonly ContractEntry[], config: Hex): Promise<number> {
  if (!(await governsDirectly(provider, by, officesOf(entries)))) {
    throw new EntenteError(
      'COMMAND_INVALID',
      'a timelock governs: say from when on it holds, after the delay and the notice',
    )
  }
  const notice = await callContract(provider, config, ABIS.ConfigRegistry, 'minNoticeSeconds', [])
  return (await provider.getBlock('latest'))!.timestamp + Number(notice) + MARGIN_SECONDS
}
