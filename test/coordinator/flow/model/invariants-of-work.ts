import { chosenOf } from '../../../../coordinator/flow/grow.ts'
import { mostExcused } from '../../../../coordinator/flow/retry.ts'
import { isEnded, type Task } from '../../../../coordinator/flow/state.ts'
import { EntenteError } from '../../../../protocol/errors.ts'
import { expected } from './expected.ts'
import type { NodeBelief } from './node-belief.ts'
import { fail, type Step, sumOf } from './step.ts'

/** 1. An answer counts for the open attempt, of an agent that it was given to, in its turn, once. */
export function answeredOnce(step: Step): void {
  const { belief, command, events } = step
  const answers = events.filter(({ type }) => type === 'ResultCommitted' || type === 'ResultReceived')
  if (answers.length === 0) return
  if (answers.length > 1 || command.type !== 'receive') fail('an answer that nobody gave', step)
  if (!belief.counts(command.agentId, command.answer)) fail('an answer counts that is not awaited', step)
}

/** 2. Work is given out for what may begin, to agents that take it, while attempts, places and budget last. */
export function givenInOrder(step: Step): void {
  const { belief, events, before } = step
  for (const event of events) {
    if (event.type !== 'SubtaskAssigned') continue
    const node = belief.nodes.get(event.subtaskId)
    if (!node || !belief.mayBegin(node)) fail('work is given out that may not begin', step)
    if (event.attempt !== node.attempts + 1 || event.attempt > node.work!.attempts + forNothing(node))
      fail('an attempt too many', step)
    if (event.chosen.some(({ agentId }) => node.refusers.includes(agentId)))
      fail('work is given to who does not take it', step)
    if (event.deadlineMs > event.atMs + node.work!.deadlineMs) fail('more time than the plan gives', step)
    const held = [...before.subtasks.values()].filter(({ phase }) =>
      isEnded(before) ? phase === 'completed' : !['waiting', 'failed', 'dropped'].includes(phase),
    )
    const { most = node.work!.replicas } = node.work!.grow ?? {}
    if (node.isGrowing && (node.asked.size >= most || event.chosen.some(({ agentId }) => node.asked.has(agentId))))
      fail('a replica too many, or the same again', step)
    const prices = [...held.flatMap(chosenOf), ...event.chosen].map(({ price }) => BigInt(price))
    if (sumOf(prices) > BigInt(before.submitted!.budget)) fail('work that the budget cannot pay', step)
  }
}

/** Attempts that do not count. */
function forNothing({ preempted, added, goldTold, excused, isGrowing }: NodeBelief): number {
  return preempted + added + goldTold + Math.min(excused.size, mostExcused) + (isGrowing ? 1 : 0)
}

/** 21. Silence is a fault only of agents that had the time which the plan gives, and are not excused; until then nobody is. */
export function silentInTheirTime(step: Step): void {
  const { belief, command, before, after, events } = step
  for (const event of events) {
    if (event.type !== 'AttemptExpired') continue
    const { subtaskId, phase, atMs } = event
    const node = belief.nodes.get(subtaskId)!
    const isExcused = phase === 'excused'
    if (isExcused && command.type !== 'excuse') fail('excused by itself', step)
    if (isExcused && node.deadlineMs() > atMs) fail('excused before the time is over', step)
    const isSpared = isExcused || node.givenMs < node.work!.deadlineMs
    if (isSpared && silencesIn(after, subtaskId) > silencesIn(before, subtaskId)) fail('at fault all the same', step)
  }
}

function silencesIn({ subtasks }: Task, subtaskId: string): number {
  const { faults } = subtasks.get(subtaskId)!
  return faults.filter(({ fault }) => fault === 'no-show' || fault === 'unrevealed').length
}

/** 11. What is in order takes effect, what is late or out of order does not; a person is told why, by a code. */
export function asExpected(step: Step): void {
  const { refusal, events } = step
  if (refusal !== null && !(refusal instanceof EntenteError)) fail(`refused without a code: ${refusal}`, step)
  const found = refusal === null ? (events.length > 0 ? 'events' : 'nothing') : 'refused'
  const due = expected(step)
  if (found !== due) fail(`${due} expected, and found ${found} ${refusal ?? ''}`, step)
}
