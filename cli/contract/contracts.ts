import type { Hex } from '../../protocol/hash.ts'
import { contractNamed } from '../../registry/contracts/built-code.ts'
import {
  createImplementation,
  entryOf,
  implementationOf,
  setState,
  upgradeTo,
} from '../../registry/contracts/change-contract.ts'
import { verifyContract } from '../../registry/contracts/read-contracts.ts'
import { exitCodes } from '../exit-codes.ts'
import { printProgress, withGovernance } from '../with-governance.ts'
import { checkLayout } from './check-layout.ts'

/** `entente contract list`: a JSON line each. */
export function listContracts(): Promise<void> {
  return withGovernance(async ({ entries }) => entries.forEach(print))
}

/** `entente contract verify`: a JSON line each, and whether all are what this build says. */
export function verifyContracts(text: string | undefined): Promise<number> {
  const named = text === undefined ? undefined : contractNamed(text)
  return withGovernance(async ({ provider, entries }) => {
    const chosen = named === undefined ? entries : [entryOf(entries, named)]
    const verified = await Promise.all(chosen.map(entry => verifyContract(provider, entry)))
    verified.forEach(print)
    return verified.every(({ ok }) => ok) ? exitCodes.done : exitCodes.notVerified
  })
}

/** `entente contract freeze|unfreeze|retire` */
export function changeState(text: string, state: 'active' | 'frozen' | 'retired'): Promise<void> {
  const name = contractNamed(text)
  return withGovernance(async ({ entries, governor }) =>
    printProgress(`${name} ${state}`, await setState(governor(), entries, name, state)),
  )
}

/** `entente contract deploy`: the implementation of this build, which nothing uses yet. */
export function deployImplementation(text: string): Promise<void> {
  const name = contractNamed(text)
  return withGovernance(async ({ entries, governor }) => {
    const creation = implementationOf(entries, name)
    const fresh = await createImplementation(governor(), creation)
    process.stdout.write(`${creation.name}: ${creation.address}${fresh ? '' : ', which was there already'}.\n`)
  })
}

/** `entente contract upgrade`: to the implementation of this build, if what is stored stays where it is. */
export function upgradeContract(text: string): Promise<void> {
  const name = contractNamed(text)
  return withGovernance(async ({ entries, governor }) => {
    const creation = implementationOf(entries, name)
    await checkLayout(name)
    await createImplementation(governor(), creation)
    printProgress(`${name} to ${creation.address}`, await upgradeTo(governor(), entries, name, creation.address as Hex))
  })
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
