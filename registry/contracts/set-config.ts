import { encodeBytes32String, type Wallet } from 'ethers'
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
 * @throws EntenteError COMMAND_INVALID, UNAUTHORIZED
 */
export async function setParameter(
  governor: Wallet,
  entries: readonly ContractEntry[],
  { key, value, effectiveAt }: { key: string; value: bigint; effectiveAt?: number | undefined },
): Promise<Progress> {
  checkParameter(key, value)
  const to = entryOf(entries, 'ConfigRegistry').address
  const from = effectiveAt ?? (await earliest(governor, entries, to))
  const data = encodeCall(ABIS.ConfigRegistry, 'set', [encodeBytes32String(key) as Hex, value, BigInt(from)])
  return advance(governor, officesOf(entries), { what: `set ${key}`, to, data })
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
