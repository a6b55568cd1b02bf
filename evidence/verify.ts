import type { Authorize } from '../protocol/authorize.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { type Attestation, checkAttestation, uncheckedAttestation } from './attestation/check-attestation.ts'
import { checkAnchors } from './check-anchors.ts'
import { checkAnswers } from './check-answers.ts'
import { checkAssignments } from './check-assignments.ts'
import { checkAuthority } from './check-authority.ts'
import { checkBatch } from './check-batch.ts'
import { checkChain } from './check-chain.ts'
import { ChoicesCheck } from './check-choices.ts'
import { checkConsent } from './check-consent.ts'
import { checkEvents } from './check-events.ts'
import { checkGold } from './check-gold.ts'
import { checkJudgings } from './check-judgings.ts'
import { checkParties } from './check-parties.ts'
import { checkPlans } from './check-plans.ts'
import { checkPolicies } from './check-policies.ts'
import { checkPreemptions } from './check-preemptions.ts'
import { checkRules } from './check-rules.ts'
import { checkSchema } from './check-schema.ts'
import { checkSeals } from './check-seals.ts'
import { checkSignatures } from './check-signatures.ts'
import { checkWitnesses } from './check-witnesses.ts'
import { type Check, type Finding, pointer } from './finding.ts'
import { type Report, reportOf } from './report.ts'
import { uncheckedOffline, uncheckedOnline, uncheckedPolicies, uncheckedWitnesses } from './unchecked.ts'

export interface VerifyOptions {
  /** A node of the chain: anchors, contracts and parties are then compared with it too. */
  readonly rpcUrl?: string
  /** An engine for policies, for bundles in which a policy set decided: without it what was decided is not recomputed. */
  readonly authorize?: Authorize
  /** Of how many domains witnesses must have cosigned the checkpoint. */
  readonly witnesses?: number
  /** A word of somebody on the whole task, which must be what the bundle gives. */
  readonly attestation?: Attestation
  /** Told of each check when it is done, for whoever waits. */
  readonly onCheck?: (check: Check) => void
}

/**
 * Verifies an evidence bundle, from the file alone: nothing of ours needs to run. With `rpcUrl` the chain is asked too.
 * Never throws for what is in the bundle, whoever made it: what is wrong is a finding.
 * @param input the parsed JSON of a bundle file
 * @throws EntenteError CHAIN_UNREACHABLE
 */
export async function verifyBundle(input: unknown, options: VerifyOptions = {}): Promise<Report> {
  const { rpcUrl, authorize, witnesses, attestation, onCheck } = options
  const { check, bundle } = checkSchema(input)
  if (!bundle) return reportOf(null, [check], check.findings, [])
  const done = <C extends Check>(each: C): C => {
    onCheck?.(each)
    return each
  }
  done(check)
  // Begun first, where they may be recovered beside all else.
  const signatures = checkSignatures(bundle)
  const events = done(checkEvents(bundle))
  const before = [check, done(checkAuthority(bundle)), done(await checkAnchors(bundle)), done(checkPolicies(bundle))]
  const choices = new ChoicesCheck(bundle)
  const after = [
    done(checkParties(bundle)),
    done(checkAssignments(bundle)),
    done(checkAnswers(bundle)),
    done(checkConsent(bundle)),
    done(checkPlans(bundle)),
    done(checkPreemptions(bundle)),
    done(checkSeals(bundle)),
    done(checkGold(bundle)),
    done(checkJudgings(bundle)),
    done(checkRules(bundle, authorize, (task, index) => choices.see(task, index))),
    done(choices.check()),
    done(checkWitnesses(bundle, witnesses)),
    done(checkBatch(bundle)),
    events,
    ...(attestation ? [done(checkAttestation(bundle, attestation))] : []),
    ...(rpcUrl ? [done(await checkChain(bundle, rpcUrl))] : []),
  ]
  const checks = [...before, done(await signatures()), ...after]
  const unchecked = [
    ...uncheckedIn(bundle, rpcUrl !== undefined, authorize !== undefined),
    ...(attestation ? uncheckedAttestation(attestation.envelope) : []),
  ]
  return reportOf(bundle.taskId, checks, causesFirst(bundle, checks, events.sound), unchecked)
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

function uncheckedIn(bundle: Bundle, online: boolean, hasEngine: boolean): string[] {
  const left = online ? uncheckedOnline(bundle) : uncheckedOffline(bundle)
  return [...left, ...uncheckedPolicies(bundle, hasEngine, online), ...uncheckedWitnesses(bundle, online)]
}
