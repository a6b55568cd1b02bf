import type { Wallet } from 'ethers'
import { usualParameters } from '../../protocol/consortium.ts'
import { type ConfigVersion, valuesAt } from './config-versions.ts'
import type { Progress } from './govern.ts'
import type { ContractEntry } from './read-contracts.ts'
import { pendingAt, setParameter, withdrawParameter } from './set-config.ts'

/** One step of going back, and how far governance is with it. */
export interface StepBack {
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
  {
    versions,
    version,
    effectiveAt,
  }: { versions: readonly ConfigVersion[]; version: number; effectiveAt?: number | undefined },
): AsyncGenerator<StepBack> {
  const before = valuesAt(versions, version)
  for (const [key, announced] of valuesAt(versions, versions.length)) {
    const value = before.get(key) ?? usual(key) ?? announced
    if (value === announced) continue
    let now: bigint | undefined = announced
    if ((await pendingAt(governor.provider!, entries, key)) !== null) {
      const progress = await withdrawParameter(governor, entries, key)
      yield { what: `withdraw ${key}=${announced}`, progress }
      // What is scheduled only still stands.
      if (progress.step !== 'executed') continue
      now = held(versions, key) ?? usual(key)
    }
    if (value === now) continue
    yield { what: `${key}=${value}`, progress: await setParameter(governor, entries, { key, value, effectiveAt }) }
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
