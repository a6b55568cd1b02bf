import fc from 'fast-check'
import type { Hex } from '../../../../protocol/hash.ts'
import { approver } from './belief.ts'
import * as message from './messages.ts'
import { held, pick, place, send, step } from './named-step.ts'
import { carrier } from './templates.ts'
import type { Message } from './world.ts'

export const approve = step(
  'approve',
  fc.record({
    place,
    granted: fc.constantFrom(true, true, false),
    wrongly: fc.constantFrom(false, false, true),
    lateMs: fc.constantFrom(0, 0, 0, 0, 0, 1_000),
    held,
  }),
  ({ place, granted, wrongly, lateMs, ...how }, world, belief) => {
    const nodes = [...belief.nodes.values()]
    const node = pick([...nodes.filter(({ phase }) => phase === 'approving'), ...nodes], place)
    if (!node) return
    // Elsewhere time that passes would only end what is under way.
    if (node.phase === 'approving') world.nowMs += lateMs
    const contentHash = (wrongly || !node.shown ? message.noHash : node.shown) as Hex
    const by = { approver: approver as Hex, signedAtMs: world.nowMs, signature: message.signature }
    send(world, belief, { type: 'answerApproval', subtaskId: node.id, contentHash, granted, by }, how)
  },
)

export const answer = step(
  'answer',
  fc.record({
    place,
    n: fc.constantFrom(1, 1, 1, -1, 'one'),
    by: fc.constantFrom(approver, approver, carrier, carrier, message.stranger) as fc.Arbitrary<Hex>,
    wrongly: fc.constantFrom(false, false, true),
    lateMs: fc.constantFrom(0, 0, 5_000),
    held,
  }),
  ({ place, n, by, wrongly, lateMs, held }, world, belief) => {
    const nodes = [...belief.nodes.values()]
    const asking = nodes.filter(({ phase }) => phase === 'asking')
    const node = pick([...asking, ...asking, ...nodes], place)
    if (!node) return
    world.nowMs += lateMs
    const contentHash = (wrongly || !node.shown ? message.noHash : node.shown) as Hex
    const signed = message.signed(world.nowMs, by)
    send(
      world,
      belief,
      { type: 'answerQuestion', subtaskId: node.id, contentHash, answer: { n }, by: signed },
      { held },
    )
  },
)

export const signal = step(
  'signal',
  fc.record({
    signal: fc.constantFrom('go', 'go', 'go', 'halt'),
    ok: fc.constantFrom(true, true, false),
    by: fc.constantFrom(approver, approver, carrier, message.stranger) as fc.Arbitrary<Hex>,
    again: fc.boolean(),
    lateMs: fc.constantFrom(0, 0, 0, 0, 0, 1_000),
    held,
  }),
  ({ signal, ok, by, again, lateMs, held }, world, belief) => {
    if ([...belief.nodes.values()].some(({ phase }) => phase === 'waiting')) world.nowMs += lateMs
    const before = again ? world.bag.findLast(({ type }) => type === 'signal') : undefined
    const fresh: Message = { type: 'signal', signal, payload: { ok }, by: message.signed(world.nowMs, by) }
    send(world, belief, before ?? fresh, { held })
  },
)

export const stop = step(
  'stop',
  fc.record({
    what: fc.constantFrom(
      'pause',
      'pause',
      'pause',
      'resume',
      'resume',
      'resume',
      'resume',
      'resume',
      'withdraw',
      'withdraw',
      'cancel',
    ) as fc.Arbitrary<'pause' | 'resume' | 'cancel' | 'withdraw'>,
    agoMs: fc.constantFrom(0, 0, 500),
    held,
  }),
  ({ what, agoMs, held }, world, belief) => {
    const by = message.signed(Math.max(world.nowMs - agoMs, 1))
    const sent: Message =
      what === 'withdraw'
        ? { type: 'cancel', reason: 'withdrawn', by: message.withdrawal }
        : what === 'resume'
          ? { type: 'resume', by }
          : { type: what, reason: 'a test', by }
    send(world, belief, sent, { held })
  },
)
