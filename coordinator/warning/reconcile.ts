import { type Alert, type Warning, warningKey } from '../../protocol/alert.ts'

/** So many looks in a row must find a warning gone before its alert is cleared: one that comes and goes is one alert. */
const goneAfterLooks = 3

/** Alerts by their keys, and how many looks in a row did not find their warnings. */
export type Missing = ReadonlyMap<string, number>

export interface Changes {
  readonly raise: readonly Warning[]
  readonly clear: readonly Alert[]
  readonly missing: Missing
}

/** What is to be raised and cleared, so that the alerts that are open are the warnings that there are. */
export function reconcile(warnings: readonly Warning[], open: readonly Alert[], before: Missing): Changes {
  const wanted = new Set(warnings.map(warningKey))
  const there = new Set(open.map(warningKey))
  const missing = new Map(
    open.flatMap(alert => {
      const key = warningKey(alert)
      return wanted.has(key) ? [] : [[key, (before.get(key) ?? 0) + 1] as const]
    }),
  )
  return {
    raise: warnings.filter(warning => !there.has(warningKey(warning))),
    clear: open.filter(alert => (missing.get(warningKey(alert)) ?? 0) >= goneAfterLooks),
    missing,
  }
}
