import { contentHash } from '../protocol/canonical.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { type Check, eventAt, type Finding, pointer } from './finding.ts'

/**
 * Whether the record of each time that a model judged is here, and is the one that the event names; and whether what stands was chosen
 * in both orders. That it was asked where the plan lets it, what follows from the answers in the log, and that what it chose follows
 * from the record, is for the replay to see.
 */
export function checkJudgings({ events, judgings = [] }: Bundle): Check {
  const findings: Finding[] = []
  let count = 0
  for (const [index, { event }] of events.entries()) {
    if (event.type !== 'JudgeAnswered') continue
    const { judging, choices, chosen } = event
    const where = pointer('judgings', count)
    const record = judgings[count++]
    const found = record === undefined ? null : contentHash(record)
    if (found === null) findings.push({ where, what: `there is no record ${judging} of how a model judged` })
    else if (found !== judging) findings.push({ where, what: `its hash is ${found}, the event names ${judging}` })
    if (chosen !== null && choices.some(each => each !== chosen)) {
      findings.push({ where: eventAt(index, 'choices'), what: `${chosen} was not chosen in both orders` })
    }
  }
  if (judgings.length > count) findings.push({ where: pointer('judgings', count), what: 'no event names this record' })
  return { name: 'judgings', count, findings }
}
