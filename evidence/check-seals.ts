import { type Giving, sealFaultsOf } from '../coordinator/flow/seal/given.ts'
import type { Json } from '../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { isGiven, sealsIn } from '../protocol/sealed.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/**
 * What can be known of sealed values without opening one: each is its agent's own, of the very attempt in which it was given, or that
 * of who ordered, signalled or answered, for this task, with a keeper that was known; and each key went to domains that the policy set had let have it, where one had been asked. Who signed what, and that keys
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
    for (const { at, value, giving } of givenIn(bundle, event)) {
      count += sealsIn(value).length
      for (const { fields, why } of sealFaultsOf(value, giving))
        findings.push({ where: eventAt(index, ...at, ...fields), what: why })
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

interface Given {
  readonly at: readonly string[]
  readonly value: Json
  readonly giving: Giving
}

/** What an event brings from people, and how whatever is sealed in it must be. */
function givenIn({ taskId }: Bundle, event: TaskEvent): Given[] {
  if (event.type === 'TaskSubmitted') {
    const { authority, requester, spec, input, keepers } = event
    // What a response plan brings comes from an alert, and nobody is there to seal it.
    const to = authority.by === 'order' ? { nonce: authority.order.nonce } : { taskId }
    const giving = { by: requester.address, to, keepers }
    const given = [{ at: ['input'], value: input, giving }]
    return spec.parameters ? [...given, { at: ['spec', 'parameters'], value: spec.parameters, giving }] : given
  }
  const to = { taskId }
  if (event.type === 'SignalReceived') {
    const { by, payload, keepers } = event
    return [{ at: ['payload'], value: payload, giving: { by: by.signer, to, keepers } }]
  }
  if (event.type !== 'QuestionAnswered' || !event.by) return []
  return [{ at: ['answer'], value: event.answer, giving: { by: event.by.signer, to, keepers: event.keepers } }]
}

function strangeSeals({ taskId }: Bundle, event: TaskEventOf<'ResultReceived'>, index: number): Finding[] {
  const { subtaskId, attempt, agentId, answer } = event
  if (answer.kind !== 'result') return []
  const due = { taskId, subtaskId, attempt, agentId }
  return sealsIn(answer.output).flatMap(({ fields, seal }) =>
    (Object.keys(due) as (keyof typeof due)[]).flatMap(name => {
      const found = isGiven(seal) && name !== 'agentId' ? null : { ...due, ...seal }[name]
      if (found === due[name]) return []
      const where = eventAt(index, 'answer', 'output', ...fields)
      return [{ where, what: `it is sealed for ${name} ${found}; the answer is of ${due[name]}` }]
    }),
  )
}
