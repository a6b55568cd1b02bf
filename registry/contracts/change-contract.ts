import { concat, encodeBytes32String, type Wallet } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { encodeCall } from '../../contracts/bindings.ts'
import { type Creation, create2Address, createIntent } from '../../contracts/create2.ts'
import { sendAll } from '../../contracts/send-all.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { BUILT_CODE } from './built-code.ts'
import { type Action, advance, type Offices, type Progress } from './govern.ts'
import { type ContractEntry, contractStates } from './read-contracts.ts'

type SettableState = 'active' | 'frozen' | 'retired'

/** Puts a contract into another state in the registry. What is retired stays so. */
export async function setState(
  governor: Wallet,
  entries: readonly ContractEntry[],
  name: ContractName,
  state: SettableState,
): Promise<Progress> {
  return advance(governor, officesOf(entries), stateAction(entries, name, state))
}

/** @throws EntenteError COMMAND_INVALID, CONTRACT_RETIRED */
export function stateAction(entries: readonly ContractEntry[], name: ContractName, state: SettableState): Action {
  const entry = entryOf(entries, name)
  if (entry.state === state) throw new EntenteError('COMMAND_INVALID', `${name} is ${state} already`)
  if (entry.state === 'retired') {
    throw new EntenteError('CONTRACT_RETIRED', `${name} is retired, which is final for version ${entry.version}`)
  }
  const args = [encodeBytes32String(name) as Hex, contractStates.indexOf(state)] as const
  const data = encodeCall(ABIS.ContractRegistry, 'setStatus', args)
  const to = entryOf(entries, 'ContractRegistry').address
  return { what: `make ${name} ${state}`, to, data }
}

/** The implementation of this build for an upgradeable contract: its address follows from its code. */
export function implementationOf(entries: readonly ContractEntry[], name: ContractName): Creation {
  if (entryOf(entries, name).implementation === null) {
    throw new EntenteError('COMMAND_INVALID', `${name} is not upgradeable: what it is was fixed at the founding`)
  }
  // The registries of standing are given the identities that they are about.
  const identity = entryOf(entries, 'IdentityRegistry').address
  const argument = name === 'IdentityRegistry' ? '0x' : `0x${identity.slice(2).padStart(64, '0')}`
  const initCode = concat([BUILT_CODE[name], argument])
  return { name: `${name} implementation`, initCode, address: create2Address(initCode) }
}

/** Creates the build's implementation where it is not there yet; nobody uses it before an upgrade. */
export async function createImplementation(sender: Wallet, creation: Creation): Promise<boolean> {
  if ((await sender.provider!.getCode(creation.address)) !== '0x') return false
  await sendAll(sender, [createIntent(creation)])
  return true
}

/** Has the proxy run an implementation. Its storage stays: check the layout first. */
export async function upgradeTo(
  governor: Wallet,
  entries: readonly ContractEntry[],
  name: ContractName,
  implementation: Hex,
): Promise<Progress> {
  return advance(governor, officesOf(entries), upgradeAction(entries, name, implementation))
}

/** @throws EntenteError COMMAND_INVALID */
export function upgradeAction(entries: readonly ContractEntry[], name: ContractName, implementation: Hex): Action {
  const { address, implementation: before } = entryOf(entries, name)
  if (before === implementation) throw new EntenteError('COMMAND_INVALID', `${name} runs ${implementation} already`)
  const data = encodeCall(ABIS.IdentityRegistry, 'upgradeToAndCall', [implementation, '0x'])
  return { what: `upgrade ${name}`, to: address, data }
}

/** @throws EntenteError COMMAND_INVALID when it was never recorded */
export function entryOf(entries: readonly ContractEntry[], name: ContractName): ContractEntry {
  const entry = entries.find(each => each.name === name)
  if (entry) return entry
  throw new EntenteError('COMMAND_INVALID', `the contract registry has no ${name}`)
}

export function officesOf(entries: readonly ContractEntry[]): Offices {
  return {
    AccessManager: entryOf(entries, 'AccessManager').address,
    TimelockController: entryOf(entries, 'TimelockController').address,
  }
}
