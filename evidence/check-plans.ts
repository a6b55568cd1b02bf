import { contentHash } from '../protocol/canonical.ts'
import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Check, eventAt, type Finding, pointer } from './finding.ts'

/**
 * Whether each plan is what its hash says and follows the one before, no oftener than the order lets it, and by records that are
 * here. That each is the plan which the rules give is for the replay to see.
 */
export function checkPlans(bundle: Bundle): Check {
  const { events, replannings = [] } = bundle
  const findings: Finding[] = []
  let planHash: Hex | null = null
  let [count, made, records] = [0, 0, 0]
  for (const [index, { event }] of events.entries()) {
    if (event.type !== 'TaskPlanned' && event.type !== 'TaskReplanned') continue
    count++
    findings.push(...hashFaults(event, index))
    if (event.type === 'TaskReplanned') {
      made++
      findings.push(...orderFaults(bundle, event, index, { planHash, made }))
      if ('planning' in event.by) findings.push(...recordFaults(replannings[records], event.by.planning, records++))
    }
    planHash = event.planHash
  }
  if (replannings.length > records) {
    findings.push({ where: pointer('replannings', records), what: 'no event names this record' })
  }
  return { name: 'plans', count, findings }
}

function hashFaults({ plan, planHash }: TaskEventOf<'TaskPlanned' | 'TaskReplanned'>, index: number): Finding[] {
  const found = contentHash(plan)
  if (found === planHash) return []
  return [{ where: eventAt(index, 'plan'), what: `the plan's hash is ${found}, the event says ${planHash}` }]
}

function orderFaults(
  { events }: Bundle,
  { oldPlanHash, by }: TaskEventOf<'TaskReplanned'>,
  index: number,
  { planHash, made }: { planHash: Hex | null; made: number },
): Finding[] {
  const first = events[0]?.event
  const permitted = first?.type === 'TaskSubmitted' ? first.spec.policy.replan : undefined
  const findings: Finding[] = []
  if (oldPlanHash !== planHash) {
    const what = `it replaces plan ${oldPlanHash}, the plan in force is ${planHash ?? 'none'}`
    findings.push({ where: eventAt(index, 'oldPlanHash'), what })
  }
  if (permitted && made > permitted.max) {
    findings.push({
      where: eventAt(index),
      what: `the plan is replaced ${made} times, the order permits ${permitted.max}`,
    })
  }
  if ('planning' in by && permitted?.by !== 'model') {
    findings.push({ where: eventAt(index, 'by'), what: 'a model replaces the plan, which the order does not permit' })
  }
  return findings
}

function recordFaults(record: unknown, named: Hex, place: number): Finding[] {
  const where = pointer('replannings', place)
  if (record === undefined) return [{ where, what: `there is no record ${named} of how a model replaced the plan` }]
  const found = contentHash(record)
  return found === named ? [] : [{ where, what: `its hash is ${found}, the event names ${named}` }]
}
