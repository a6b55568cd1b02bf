import { encodeBytes32String, type Provider, type Wallet } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { type Parameters, parameters } from '../../protocol/consortium.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { entryOf, officesOf } from './change-contract.ts'
import { advance, governsDirectly, type Progress } from './govern.ts'
import type { ContractEntry } from './read-contracts.ts'

/** Between reading the chain's time and the block that takes the change. */
const MARGIN_SECONDS = 5

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
  { key, value, effectiveAt }: { key: string; value: bigint; effectiveAt?: number | undefined },
): Promise<Progress> {
  checkParameter(key, value)
  const to = entryOf(entries, 'ConfigRegistry').address
  const pending = await pendingAt(governor.provider!, entries, key)
  if (pending !== null) {
    const when = new Date(pending * 1_000).toISOString()
    throw new EntenteError('CHANGE_PENDING', `${key} changes at ${when}, and one change of a parameter waits at a time`)
  }
  const from = effectiveAt ?? (await earliest(governor, entries, to))
  const data = encodeCall(ABIS.ConfigRegistry, 'set', [encodeBytes32String(key) as Hex, value, BigInt(from)])
  return advance(governor, officesOf(entries), { what: `set ${key}`, to, data })
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
  if ((await pendingAt(governor.provider!, entries, key)) === null) {
    throw new EntenteError('COMMAND_INVALID', `no change of ${key} is announced that does not hold yet`)
  }
  const to = entryOf(entries, 'ConfigRegistry').address
  const data = encodeCall(ABIS.ConfigRegistry, 'withdraw', [encodeBytes32String(key) as Hex])
  return advance(governor, officesOf(entries), { what: `withdraw ${key}`, to, data })
}

/** When a change that was announced begins to hold, in Unix seconds; null where none is ahead. */
export async function pendingAt(
  provider: Provider,
  entries: readonly ContractEntry[],
  key: string,
): Promise<number | null> {
  const config = entryOf(entries, 'ConfigRegistry').address
  const args = [encodeBytes32String(key) as Hex] as const
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

async function earliest(governor: Wallet, entries: readonly ContractEntry[], config: Hex): Promise<number> {
  if (!(await governsDirectly(governor, officesOf(entries)))) {
    throw new EntenteError(
      'COMMAND_INVALID',
      'a timelock governs: say from when on it holds, after the delay and the notice',
    )
  }
  const provider = governor.provider!
  const notice = await callContract(provider, config, ABIS.ConfigRegistry, 'minNoticeSeconds', [])
  return (await provider.getBlock('latest'))!.timestamp + Number(notice) + MARGIN_SECONDS
}
