import fc from 'fast-check'
import { agents, asking, lastAsked } from './asking.ts'
import { brings } from './asking-gold.ts'
import type { Belief } from './belief.ts'
import * as message from './messages.ts'
import { held, pick, place, send, skewMs, step } from './named-step.ts'
import type { NodeBelief } from './node-belief.ts'
import type { Message } from './world.ts'

const prices = fc.constantFrom('1000', '1000', '700', '0')

export const assign = step(
  'assign',
  fc.record({
    place,
    from: place,
    fewer: fc.constantFrom(0, 0, 0, 1, 3),
    ahead: fc.constantFrom(0, 0, 0, -1, 1),
    price: prices,
    brought: brings,
    held,
    skewMs,
  }),
  ({ place, from, fewer, ahead, price, brought, ...how }, world, belief) => {
    const node = pick(readyFirst(belief), place)
    if (node) send(world, belief, asking(world, node, { from, fewer, ahead, price, brought }), how)
  },
)

function readyFirst(belief: Belief): NodeBelief[] {
  const nodes = [...belief.nodes.values()].filter(({ isHalt }) => !isHalt)
  const ready = nodes.filter(node => belief.mayBegin(node))
  return [...ready, ...ready, ...ready, ...nodes]
}

/** An agent that is asked, or is not, says something of an attempt that is open, or is not. */
export const say = step(
  'say',
  fc.record({
    place,
    who: place,
    what: fc.constantFrom(
      'commit',
      'right',
      'right',
      'wrong',
      'mismatch',
      'give-up',
      'try-again',
    ) as fc.Arbitrary<message.Says>,
    n: fc.constantFrom(1, 1, 1, 8),
    held,
    skewMs,
  }),
  ({ place, who, what, n, ...how }, world, belief) => {
    const given = world.history.filter(event => event.type === 'SubtaskAssigned').toReversed()
    const stale = given.filter(({ subtaskId, attempt }) => {
      const { awaited, attempts } = belief.nodes.get(subtaskId)!
      return awaited.length > 0 && attempt < attempts
    })
    const asked = pick([...stale, ...given], place)
    if (!asked) return
    const chosen = asked.chosen.map(({ agentId }) => agentId)
    const whom = [...belief.nodes.get(asked.subtaskId)!.givenUp, ...chosen, ...chosen, ...chosen, ...agents]
    send(world, belief, message.answerTo(asked, pick(whom, who)!, what, n), how)
  },
)

/** An agent is taken for dead, which it may not be. */
export const miss = step(
  'miss',
  fc.record({
    place,
    who: place,
    ahead: fc.constantFrom(0, 0, 0, 1),
    ms: fc.constantFrom(0, 200, 200),
    speaks: fc.constantFrom('commit', 'right', 'try-again', null) as fc.Arbitrary<message.Says | null>,
  }),
  ({ place, who, ahead, ms, speaks }, world, belief) => {
    const nodes = [...belief.nodes.values()]
    const beating = nodes.filter(({ work, awaited }) => work?.heartbeatMs !== undefined && awaited.length > 0)
    const node = pick([...beating, ...beating, ...nodes], place)
    if (!node) return
    world.nowMs += ms
    const agent = pick([...node.awaited, ...agents], who)!
    const attempt = node.attempts + ahead
    send(world, belief, { type: 'missHeartbeat', subtaskId: node.id, attempt, agents: [agent] })
    const asked = lastAsked(world, node)
    if (speaks && asked) send(world, belief, message.answerTo(asked, agent, speaks, 1))
  },
)

/** A coordinator was away when the time for an attempt was over, or says so. */
export const excuse = step(
  'excuse',
  fc.record({ place, ahead: fc.constantFrom(0, 0, 0, 1), off: fc.constantFrom(0, 0, 0, -1, 40) }),
  ({ place, ahead, off }, world, belief) => {
    const nodes = [...belief.nodes.values()]
    const awaited = nodes.filter(node => node.awaited.length > 0)
    const node = pick([...awaited, ...awaited, ...nodes], place)
    if (!node) return
    const dueMs = node.deadlineMs()
    if (Number.isFinite(dueMs)) world.nowMs = Math.max(world.nowMs, dueMs + off)
    send(world, belief, { type: 'excuse', subtaskId: node.id, attempt: node.attempts + ahead })
  },
)

/** Some agents of a skill do not take what it gives; of two domains, or of one that is all there is. */
export const refuse = step(
  'refuse',
  fc.record({ place, who: place, left: fc.constantFrom(3, 3, 1, 0), again: fc.constantFrom(false, false, true) }),
  ({ place, who, left, again }, world, belief) => {
    const node = pick(readyFirst(belief), place)
    if (!node) return
    const unfit = left === 3 && again ? [] : [{ agentId: pick(agents, who)!, domainId: 'd', why: 'a test' }]
    const sent: Message = { type: 'fit', subtaskId: node.id, unfit, offered: 3, left }
    send(world, belief, sent)
    if (again) send(world, belief, sent)
  },
)

/** An emergency would have what an attempt holds, which it may not. */
export const preempt = step(
  'preempt',
  fc.record({
    place,
    ahead: fc.constantFrom(0, 0, 0, 1),
    by: fc.constantFrom('emergency' as const, 'emergency' as const, 'normal' as const, 'itself' as const),
  }),
  ({ place, ahead, by }, world, belief) => {
    const nodes = [...belief.nodes.values()]
    const ready = nodes.find(each => each.work?.needs && belief.mayBegin(each))
    if (ready) send(world, belief, asking(world, ready, {}))
    const open = nodes.filter(({ mayBePreempted }) => mayBePreempted)
    const firm = nodes.filter(({ needs, phase }) => needs > 0 && phase === 'answering')
    const node = pick([...open, ...firm, ...nodes], place)
    if (node) send(world, belief, message.preemption({ subtaskId: node.id, attempt: node.attempts + ahead }, by))
  },
)
