import fc from 'fast-check'
import { tell } from './asking-gold.ts'
import { bringOn } from './bring-on.ts'
import { assign, excuse, miss, preempt, refuse, say } from './commands-of-agents.ts'
import { answer, approve, signal, stop } from './commands-of-people.ts'
import { judge } from './judging.ts'
import * as message from './messages.ts'
import { pick, place, send, skewMs, step } from './named-step.ts'
import { replan } from './replanning.ts'

const open = step(
  'open',
  fc.constantFrom('submit' as const, 'fund' as const, 'screen' as const, 'plan' as const),
  (what, world, belief) => send(world, belief, message.opening[what](world.setup)),
)

const turnAway = step('turn away', fc.constantFrom('deny' as const, 'reject' as const), (what, world, belief) =>
  send(
    world,
    belief,
    what === 'deny'
      ? message.opening.screen(world.setup, 'deny')
      : { type: 'reject', code: 'PLAN_INVALID', reason: 'a test' },
  ),
)

/** Whatever was sent comes, again or at last. */
const deliver = step('deliver', fc.record({ place, skewMs }), ({ place, skewMs }, world, belief) => {
  const sent = pick(world.bag.toReversed(), place)
  if (sent) world.take(belief, sent, skewMs)
})

const passTime = step(
  'pass time',
  fc.oneof(
    { weight: 12, arbitrary: fc.nat(60) },
    { weight: 6, arbitrary: fc.nat(400) },
    { weight: 2, arbitrary: fc.nat(3_000) },
    { weight: 1, arbitrary: fc.constant(130_000) },
  ),
  (ms, world, belief) => {
    world.nowMs += ms
    send(world, belief, { type: 'passTime' })
  },
)

const toDeadline = step('to the next deadline', fc.constantFrom(0, 0, -1), (off, world, belief) => {
  world.nowMs = Math.max(world.nowMs, (belief.nextDeadlineMs() ?? 0) + off)
  send(world, belief, { type: 'passTime' })
})

const record = step(
  'record',
  fc.record({
    type: fc.constantFrom<message.Recorded>('recordBatch', 'recordFall', 'recordSettlement', 'recordProof'),
    batch: fc.constantFrom('1', '1', '2'),
  }),
  ({ type, batch }, world, belief) => send(world, belief, message.recorded(type, batch)),
)

/** As if it were settled the other way. */
const fundOtherwise = step(
  'fund otherwise',
  fc.constantFrom('batch' as const, undefined),
  (settlement, world, belief) => send(world, belief, message.opening.fund({ settlement, blockHash: message.noHash })),
)

/** Everything that may happen to a task; what is named twice happens twice as often. */
export const anything = [
  open,
  turnAway,
  turnAway,
  assign,
  assign,
  say,
  say,
  say,
  deliver,
  deliver,
  passTime,
  toDeadline,
  toDeadline,
  miss,
  excuse,
  preempt,
  preempt,
  refuse,
  approve,
  answer,
  signal,
  stop,
  stop,
  record,
  record,
  fundOtherwise,
  replan,
  judge,
  judge,
  tell,
  bringOn,
  bringOn,
  bringOn,
]
