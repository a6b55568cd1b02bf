import { usualParameters } from '../../protocol/consortium.ts'
import { entryOf } from '../../registry/contracts/change-contract.ts'
import { type ConfigVersion, readConfigVersions, valuesAt } from '../../registry/contracts/config-versions.ts'
import { rollBack as rollBackTo } from '../../registry/contracts/roll-back.ts'
import { setParameter, withdrawParameter } from '../../registry/contracts/set-config.ts'
import { invalid } from '../chain/key.ts'
import { type Chain, printProgress, withGovernance } from '../with-governance.ts'

/** `entente config show`: what the chain says nothing of is as usual. */
export function showConfig({ at }: { at?: string }): Promise<void> {
  return withGovernance(async chain => {
    const versions = await versionsOn(chain)
    const version = at === undefined ? versions.length : versionIn(at, versions)
    const values = Object.fromEntries([...valuesAt(versions, version)].map(([key, value]) => [key, Number(value)]))
    print({ version, parameters: { ...usualParameters, ...values } })
  })
}

/** `entente config history` */
export function printHistory(): Promise<void> {
  return withGovernance(async chain => {
    for (const { value, ...version } of await versionsOn(chain)) print({ ...version, value: value?.toString() ?? null })
  })
}

/** `entente config set` */
export function setConfig(key: string, text: string, { from }: { from?: string }): Promise<void> {
  if (!/^\d{1,78}$/.test(text)) throw invalid(key, 'a whole number', text)
  const effectiveAt = secondsIn(from)
  return withGovernance(async ({ entries, governor }) =>
    printProgress(`${key}=${text}`, await setParameter(governor(), entries, { key, value: BigInt(text), effectiveAt })),
  )
}

/** `entente config rollback` */
export function rollBack(text: string, { from }: { from?: string }): Promise<void> {
  const effectiveAt = secondsIn(from)
  return withGovernance(async chain => {
    const versions = await versionsOn(chain)
    const to = { versions, version: versionIn(text, versions), effectiveAt }
    const steps = rollBackTo(chain.governor(), chain.entries, to)
    for await (const { what, progress } of steps) printProgress(what, progress)
  })
}

/** `entente config withdraw` */
export function withdraw(key: string): Promise<void> {
  return withGovernance(async ({ entries, governor }) =>
    printProgress(`withdraw ${key}`, await withdrawParameter(governor(), entries, key)),
  )
}

function versionsOn({ provider, entries }: Chain): Promise<ConfigVersion[]> {
  const [registry, config] = [entryOf(entries, 'ContractRegistry').address, entryOf(entries, 'ConfigRegistry').address]
  return readConfigVersions(provider, { registry, config })
}

function versionIn(text: string, versions: readonly ConfigVersion[]): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= versions.length) return Number(text)
  throw invalid('the version', `a whole number from 0 to ${versions.length}`, text)
}

function secondsIn(from: string | undefined): number | undefined {
  if (from === undefined) return undefined
  const ms = Date.parse(from)
  if (Number.isNaN(ms) || ms % 1_000 !== 0) throw invalid('--from', 'a time in whole seconds, as ISO 8601 has it', from)
  return ms / 1_000
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
