import { contentHash } from '../protocol/canonical.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { goldHash } from '../protocol/gold.ts'
import { assignmentBefore } from './assigned.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/** Whether each gold question that was opened is the one that was named by its hash before, and what its agents were asked. */
export function checkGold(bundle: Bundle): Check {
  const findings: Finding[] = []
  let count = 0
  for (const [index, { event }] of bundle.events.entries()) {
    if (event.type !== 'GoldOpened' || !event.question) continue
    count++
    const { question } = event
    const asked = assignmentBefore(bundle, index, event)
    const [found, named] = [goldHash(question), asked?.gold?.question]
    if (found !== named) {
      const what = `with its answer its hash is ${found}; the question that was drawn is ${named ?? 'none'}`
      findings.push({ where: eventAt(index, 'question'), what })
    }
    if (asked && contentHash(question.input) !== asked.inputHash)
      findings.push({ where: eventAt(index, 'question', 'input'), what: 'its agents were asked something else' })
  }
  return { name: 'gold', count, findings }
}
