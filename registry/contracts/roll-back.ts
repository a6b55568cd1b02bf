import type { Provider, Wallet } from 'ethers'
import { usualParameters } from '../../protocol/consortium.ts'
import type { Hex } from '../../protocol/hash.ts'
import { officesOf } from './change-contract.ts'
import { type ConfigVersion, valuesAt } from './config-versions.ts'
import { type Action, advance, type Progress } from './govern.ts'
import type { ContractEntry } from './read-contracts.ts'
import { pendingAt, setAction, withdrawAction } from './set-config.ts'

/** One step of going back, and how far governance is with it. */
interface StepBack {
  readonly what: string
  readonly progress: Progress
}

/**
 * Sets every parameter to what stood after a version, as new versions: what was announced since and does not hold yet is taken
 * back, what was never set by then becomes what is usual. Under a timelock each step is scheduled first; said again, it goes on.
 *
 * @param effectiveAt as for `setParameter`
 * @throws EntenteError COMMAND_INVALID, CHANGE_PENDING, UNAUTHORIZED
 */
export async function* rollBack(
  governor: Wallet,
  entries: readonly ContractEntry[],
  to: Target,
): AsyncGenerator<StepBack> {
  const by = { provider: governor.provider!, account: governor.address as Hex }
  const steps = stepsBack(by, entries, to, action => advance(governor, officesOf(entries), action))
  for await (const { what, taken } of steps) yield { what, progress: taken }
}

/** A version to go back to, of all that there are. */
interface Target {
  readonly versions: readonly ConfigVersion[]
  readonly version: number
  readonly effectiveAt?: number | undefined
}

/**
 * `rollBack`, for whoever takes the steps in another way.
 * @param take what becomes of a step; one that is not executed then is waited for: said again, it goes on
 */
export async function* stepsBack<Taken extends { step: string }>(
  { provider, account }: { provider: Provider; account: Hex },
  entries: readonly ContractEntry[],
  { versions, version, effectiveAt }: Target,
  take: (action: Action) => Promise<Taken>,
): AsyncGenerator<{ what: string; taken: Taken }> {
  const before = valuesAt(versions, version)
  for (const [key, announced] of valuesAt(versions, versions.length)) {
    const value = before.get(key) ?? usual(key) ?? announced
    if (value === announced) continue
    let now: bigint | undefined = announced
    if ((await pendingAt(provider, entries, key)) !== null) {
      const taken = await take(await withdrawAction(provider, entries, key))
      yield { what: `withdraw ${key}=${announced}`, taken }
      // What is scheduled only still stands.
      if (taken.step !== 'executed') continue
      now = held(versions, key) ?? usual(key)
    }
    if (value === now) continue
    const action = await setAction(provider, account, entries, { key, value, effectiveAt })
    yield { what: `${key}=${value}`, taken: await take(action) }
  }
}

/** The value below the last, which is left when that is taken back. */
function held(versions: readonly ConfigVersion[], key: string): bigint | undefined {
  const last = versions.findLastIndex(each => each.key === key && each.value !== null)
  return valuesAt(versions.toSpliced(last, 1), versions.length - 1).get(key)
}

function usual(key: string): bigint | undefined {
  const value = usualParameters[key as keyof typeof usualParameters]
  return value === undefined ? undefined : BigInt(value)
}
