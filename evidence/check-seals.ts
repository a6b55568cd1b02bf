import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { sealsIn } from '../protocol/sealed.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/**
 * What can be known of sealed values without opening one: each is its agent's own, of the very attempt in which it was given;
 * and each key went to domains that the policy set had let have it, where one had been asked. Who signed what, and that keys
 * were asked for and given as they must be, is checked with all signatures and by the rules.
 */
export function checkSeals(bundle: Bundle): Check {
  const flows = new Map<string, TaskEventOf<'FlowsDecided'>>()
  const receivers = new Map<string, TaskEventOf<'KeysAsked'>['receivers']>()
  const findings: Finding[] = []
  let count = 0
  for (const [index, { event }] of bundle.events.entries()) {
    if (event.type === 'FlowsDecided') flows.set(event.subtaskId, event)
    if (event.type === 'KeysAsked') receivers.set(event.subtaskId, event.receivers)
    if (event.type === 'ResultReceived' && event.answer.kind === 'result') {
      const seals = sealsIn(event.answer.output)
      count += seals.length
      findings.push(...strangeSeals(bundle, event, index))
    }
    if (event.type === 'KeysAnswered' && event.answer.kind === 'release') {
      count++
      const decided = flows.get(event.subtaskId)
      for (const { domainId } of decided ? (receivers.get(event.subtaskId) ?? []) : [])
        if (!decided?.verdicts.some(verdict => verdict.domainId === domainId && verdict.permit))
          findings.push({
            where: eventAt(index),
            what: `a key was released to ${domainId}, which the policy set denied it`,
          })
    }
  }
  return { name: 'seals', count, findings }
}

function strangeSeals({ taskId }: Bundle, event: TaskEventOf<'ResultReceived'>, index: number): Finding[] {
  const { subtaskId, attempt, agentId, answer } = event
  if (answer.kind !== 'result') return []
  const due = { taskId, subtaskId, attempt, agentId }
  return sealsIn(answer.output).flatMap(({ fields, seal }) =>
    (Object.keys(due) as (keyof typeof due)[]).flatMap(name => {
      if (seal[name] === due[name]) return []
      const where = eventAt(index, 'answer', 'output', ...fields)
      return [{ where, what: `it is sealed for ${name} ${seal[name]}; the answer is of ${due[name]}` }]
    }),
  )
}
