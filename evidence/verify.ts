import type { Authorize } from '../coordinator/flow/policy/judge.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { checkAnchors } from './check-anchors.ts'
import { checkAnswers } from './check-answers.ts'
import { checkAssignments } from './check-assignments.ts'
import { checkAuthority } from './check-authority.ts'
import { checkChain } from './check-chain.ts'
import { checkConsent } from './check-consent.ts'
import { checkEvents } from './check-events.ts'
import { checkParties } from './check-parties.ts'
import { checkPlans } from './check-plans.ts'
import { checkPolicies } from './check-policies.ts'
import { checkRules } from './check-rules.ts'
import { checkSchema } from './check-schema.ts'
import { checkSignatures } from './check-signatures.ts'
import { type Check, type Finding, pointer } from './finding.ts'
import { uncheckedOffline, uncheckedOnline, uncheckedPolicies } from './unchecked.ts'

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

export interface VerifyOptions {
  /** A node of the chain: anchors, contracts and parties are then compared with it too. */
  readonly rpcUrl?: string
  /** An engine for policies, for bundles in which a policy set decided: without it what was decided is not recomputed. */
  readonly authorize?: Authorize
}

/**
 * Verifies an evidence bundle, from the file alone: nothing of ours needs to run. With `rpcUrl` the chain is asked too.
 * Never throws for what is in the bundle, whoever made it: what is wrong is a finding.
 * @param input the parsed JSON of a bundle file
 * @throws EntenteError CHAIN_UNREACHABLE
 */
export async function verifyBundle(input: unknown, { rpcUrl, authorize }: VerifyOptions = {}): Promise<Report> {
  const { check, bundle } = checkSchema(input)
  if (!bundle) return report(null, [check], [])
  // Begun first, where they may be recovered beside all else.
  const signatures = checkSignatures(bundle)
  const events = checkEvents(bundle)
  const before = [check, checkAuthority(bundle), await checkAnchors(bundle)]
  const after = [
    checkParties(bundle),
    checkAssignments(bundle),
    checkAnswers(bundle),
    checkConsent(bundle),
    checkPlans(bundle),
    checkPolicies(bundle),
    checkRules(bundle, authorize),
    events,
    ...(rpcUrl ? [await checkChain(bundle, rpcUrl)] : []),
  ]
  const checks = [...before, await signatures, ...after]
  return report(bundle, checks, causesFirst(bundle, checks, events.sound), authorize !== undefined)
}

/**
 * A changed event contradicts others that are as they were logged, and a changed chain contradicts everything signed: what
 * is said of these comes first. The rest is in the order of the checks, from what all else hangs on.
 */
function causesFirst({ events }: Bundle, checks: readonly Check[], sound: ReadonlySet<number>): Finding[] {
  const findings = checks.flatMap(check => check.findings)
  const strayed = events.flatMap((_, index) => (sound.size === 0 || sound.has(index) ? [] : [pointer('events', index)]))
  const causes = [pointer('chain'), ...strayed]
  const isCause = ({ where }: Finding) => causes.some(at => where === at || where.startsWith(`${at}/`))
  return [...findings.filter(isCause), ...findings.filter(finding => !isCause(finding))]
}

function report(
  bundle: Bundle | null,
  checks: readonly Check[],
  ordered: readonly Finding[],
  hasEngine = true,
): Report {
  const findings = bundle ? ordered : checks.flatMap(check => check.findings)
  const online = checks.some(({ name }) => name === 'chain')
  return {
    ok: findings.length === 0,
    taskId: bundle?.taskId ?? null,
    findings,
    checks: checks.map(({ name, count, findings }) => ({ name, ok: findings.length === 0, count })),
    unchecked: bundle ? uncheckedIn(bundle, online, hasEngine) : [],
    summary: summaryOf(checks, findings),
  }
}

function uncheckedIn(bundle: Bundle, online: boolean, hasEngine: boolean): string[] {
  const left = online ? uncheckedOnline(bundle) : uncheckedOffline(bundle)
  return [...left, ...uncheckedPolicies(bundle, hasEngine)]
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
