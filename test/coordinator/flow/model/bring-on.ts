import fc from 'fast-check'
import type { Hex } from '../../../../protocol/hash.ts'
import { asking, lastAsked } from './asking.ts'
import { answerKnown } from './asking-gold.ts'
import { approver, type Belief } from './belief.ts'
import { judgement } from './judging.ts'
import * as message from './messages.ts'
import { pick, place, send, step } from './named-step.ts'
import type { NodeBelief } from './node-belief.ts'
import type { Message, World } from './world.ts'

/** Something that brings the task on: noise alone would hardly ever complete one. */
export const bringOn = step(
  'bring on',
  fc.record({ which: fc.array(fc.nat(30), { minLength: 1, maxLength: 4, size: 'max' }), from: place }),
  ({ which, from }, world, belief) => {
    for (const each of which) {
      const sent = pick(dueMessages(world, belief, from), each)
      if (sent?.type === 'passTime') world.nowMs = Math.max(world.nowMs, belief.nextDeadlineMs() ?? 0)
      if (sent) send(world, belief, sent)
    }
  },
)

function dueMessages(world: World, belief: Belief, from: number): Message[] {
  const { setup } = world
  if (!belief.submitted) return [message.opening.submit(setup)]
  if (belief.computed) return [message.recorded(dueRecord(belief))]
  if (belief.ended === null) {
    if (!belief.funded) return [message.opening.fund(setup)]
    if (!belief.permitted) return [message.opening.screen(setup)]
    if (!belief.plan) return [message.opening.plan(setup)]
  }
  const nodes = [...belief.nodes.values()].filter(({ isUndo }) => belief.ended === null || isUndo)
  const due = nodes.flatMap(node => dueOf(world, belief, node, from))
  const resume: Message = { type: 'resume', by: message.signed(Math.max(world.nowMs, belief.pauseSignedAtMs + 1)) }
  return [...due, ...due, ...due, ...due, ...(belief.paused ? [resume] : []), { type: 'passTime' }]
}

function dueOf(world: World, belief: Belief, node: NodeBelief, from: number): Message[] {
  const asked = lastAsked(world, node)!
  if (node.phase === 'judging') return [judgement(world, node)]
  const says = node.phase === 'committing' ? 'commit' : 'right'
  // Where a judge may be asked some see it otherwise.
  const seenBy = (agent: string) => (node.work?.judge && Number(agent) % 2 === 0 ? 8 : 1)
  const answers = node.awaited.map(agent => message.answerTo(asked, agent, says, seenBy(agent)))
  if (node.phase === 'approving') {
    const by = { approver: approver as Hex, signedAtMs: world.nowMs, signature: message.signature }
    return [{ type: 'answerApproval', subtaskId: node.id, contentHash: node.shown as Hex, granted: true, by }]
  }
  if (node.phase === 'asking') {
    const by = message.signed(world.nowMs, node.answerers[0] as Hex)
    return [{ type: 'answerQuestion', subtaskId: node.id, contentHash: node.shown as Hex, answer: { n: 1 }, by }]
  }
  if (node.phase === 'waiting' && node.wait && 'event' in node.wait) {
    return [{ type: 'signal', signal: node.wait.event, payload: { ok: true }, by: message.signed(world.nowMs) }]
  }
  if (node.isGoldAnswered) return [answerKnown(node)]
  return belief.mayBegin(node) ? [asking(world, node, { from })] : answers
}

function dueRecord({ settled, isForBatch, batch }: Belief): message.Recorded {
  if (settled) return 'recordProof'
  return isForBatch && batch === null ? 'recordBatch' : 'recordSettlement'
}
