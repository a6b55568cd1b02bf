import { isDeepStrictEqual } from 'node:util'
import { isCompensation } from '../../../../coordinator/flow/compensate.ts'
import { paidForGold } from '../../../../coordinator/flow/gold-attempt.ts'
import { chosenOf } from '../../../../coordinator/flow/grow.ts'
import { isEnded } from '../../../../coordinator/flow/state.ts'
import type { TaskEventOf } from '../../../../protocol/events.ts'
import { fail, type Step, sumOf } from './step.ts'

const afterEnd = new Set([
  ...['ContributionMeasured', 'SettlementComputed', 'TaskBatched', 'BatchFell'],
  ...['TaskSettled', 'TaskProven'],
])
const ends = new Set(['TaskCompleted', 'TaskFailed', 'TaskCanceled', 'TaskRejected'])

/** 3. A task ends once, in one way; then what was done is taken back, it is settled, then proven, and nothing else. */
export function endsOnce(step: Step): void {
  const { belief, before, after, events } = step
  let { ended, settled, proven } = belief
  for (const event of events) {
    if (proven) fail(`${event.type} after the proof`, step)
    if (event.type === 'TaskSettled') settled = true
    if (event.type === 'TaskProven') {
      proven = true
      if (!ended || (belief.funded && !settled)) fail('proven before it was settled', step)
    }
    const isEnd = ends.has(event.type)
    if (ended && isEnd) fail('it ends twice', step)
    const isUndo = 'subtaskId' in event && isCompensation(after, event.subtaskId)
    if (ended && !isUndo && !afterEnd.has(event.type) && event.type !== 'TaskFunded')
      fail(`${event.type} after the end`, step)
    if (!ended && (afterEnd.has(event.type) || event.type === 'CompensationOpened'))
      fail(`${event.type} before the end`, step)
    if (isEnd) ended = event.type
  }
  if (isEnded(before) && (before.state !== after.state || !isDeepStrictEqual(before.output, after.output))) {
    fail('an ended task ends otherwise', step)
  }
}

/** 4. It is settled in the batch that it is in, if in any: of batches it is in one at a time. */
export function settledInItsBatch(step: Step): void {
  const { belief, events } = step
  for (const { type } of events) {
    if (type === 'TaskBatched' && (belief.batch !== null || !belief.isByBatch)) fail('in a batch that is not its', step)
    if (type === 'BatchFell' && belief.batch === null) fail('it falls with a batch that it is not in', step)
    if (type === 'TaskSettled' && belief.isForBatch && belief.batch === null) fail('settled outside of a batch', step)
  }
}

/** 4. Settled once: payments, fee and refund are the budget; who is paid has done something that stands, and its share. */
export function settledOnce(step: Step): void {
  const { belief, before, after, events } = step
  if (belief.settled && events.some(({ type }) => type === 'TaskSettled')) fail('settled twice', step)
  const computed = events.filter(event => event.type === 'SettlementComputed')
  if (computed.length === 0) return
  if (computed.length > 1 || before.settlement) fail('two settlements', step)
  const { settlement } = computed[0] as TaskEventOf<'SettlementComputed'>
  const payments = settlement.payments.map(({ amount }) => BigInt(amount))
  const [fee, refund] = [BigInt(settlement.fee), BigInt(settlement.refund)]
  if ([...payments, fee, refund].some(amount => amount < 0n)) fail('an amount below zero', step)
  if (sumOf(payments) + fee + refund !== BigInt(after.submitted!.budget)) fail('it is not the budget', step)
  const agents = settlement.payments.map(({ agentId }) => agentId)
  if (new Set(agents).size !== agents.length) fail('an agent is paid twice', step)
  const standing = [...after.subtasks.values()].flatMap(progress => {
    const { phase, verdict } = progress
    const accepted = phase === 'completed' && verdict ? verdict.accepted : []
    return [...chosenOf(progress).filter(({ agentId }) => accepted.includes(agentId)), ...paidForGold(progress)]
  })
  if (!agents.every(agent => standing.some(({ agentId }) => agentId === agent))) fail('paid for nothing', step)
  if (sumOf(payments) > sumOf(standing.map(({ price }) => BigInt(price)))) fail('more than was asked for', step)
}
