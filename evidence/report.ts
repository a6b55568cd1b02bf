import type { Check, Finding } from './finding.ts'

/** What a verification found. */
export interface Report {
  readonly ok: boolean
  /** The task that the bundle says it is of; null when it is no bundle. */
  readonly taskId: string | null
  /** All that is wrong; the first is the most specific cause that can be named. */
  readonly findings: readonly Finding[]
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly count: number }[]
  /** What this verification could not see, in sentences: what is left to trust, or to check on the chain. */
  readonly unchecked: readonly string[]
  readonly summary: string
}

/** @param ordered what the checks found, causes first */
export function reportOf(
  taskId: string | null,
  checks: readonly Check[],
  ordered: readonly Finding[],
  unchecked: readonly string[],
): Report {
  return {
    ok: ordered.length === 0,
    taskId,
    findings: ordered,
    checks: checks.map(({ name, count, findings }) => ({ name, ok: findings.length === 0, count })),
    unchecked,
    summary: summaryOf(checks, ordered),
  }
}

function summaryOf(checks: readonly Check[], findings: readonly Finding[]): string {
  const [first] = findings
  if (first) {
    const more = findings.length > 1 ? ` ${findings.length - 1} more follow from it or stand beside it.` : ''
    return `The bundle does not hold. ${first.where || 'The file'}: ${first.what}.${more}`
  }
  const counts = checks.filter(({ count }) => count > 0).map(({ name, count }) => `${name} ${count}`)
  return `The bundle holds: ${counts.join(', ')}.`
}
