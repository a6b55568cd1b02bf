import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { nextDeadlineMs } from '../../../coordinator/flow/expire.ts'
import { readySubtasks } from '../../../coordinator/flow/ready.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { endStates } from '../../../protocol/task.ts'
import { Drive, planOf, taskId } from './drive.ts'

/**
 * Whatever is asked, in whatever order, however often:
 * - folding the history again gives the same task;
 * - an ended task stays ended, and is settled: payments + fee + refund = budget, nobody is paid twice, or for nothing.
 */
const retry = { backoffMs: 200, factor: 2, maxMs: 1_000, jitter: 0.5 }
const compensate = { skill: 'undo@1', input: 'output', deadlineMs: 300, attempts: 2 }
const plan = planOf([
  { id: 'look', replicas: 3, quorum: 2, attempts: 2, heartbeatMs: 100, totalMs: 5_000, compensate },
  {
    id: 'act',
    after: ['look'],
    attempts: 2,
    retry,
    compensate,
    approval: { when: 'output.n > `5`', reason: 'big', deadlineMs: 500 },
  },
])
const agents = ['1', '2', '3', '4']

const subtask = fc.constantFrom('look', 'act')
const agent = fc.constantFrom(...agents)
const move = fc.oneof(
  fc.record({ do: fc.constant('assign' as const), subtask, from: fc.nat(3) }),
  fc.record({ do: fc.constant('commit' as const), subtask, agent }),
  fc.record({ do: fc.constant('result' as const), subtask, agent, n: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ do: fc.constant('fail' as const), subtask, agent, retry: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1_500 }) }),
  fc.record({ do: fc.constant('approve' as const), granted: fc.boolean() }),
  fc.record({ do: fc.constant('miss' as const), agent }),
  fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const) }),
)
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

/** The way to a completed task. Noise alone never finds it, and what is said of payments would be said of none. */
const way: Move[] = [
  { do: 'assign', subtask: 'look', from: 0 },
  ...['1', '2', '3'].map(agent => ({ do: 'commit' as const, subtask: 'look' as const, agent })),
  ...['1', '2', '3'].map(agent => ({ do: 'result' as const, subtask: 'look' as const, agent, n: 3 })),
  { do: 'assign', subtask: 'act', from: 0 },
  { do: 'result', subtask: 'act', agent: '1', n: 9 },
  { do: 'approve', granted: true },
]
/** That way, with steps left out now and then, and noise before each. */
const history = fc
  .tuple(
    ...way.map(() => fc.record({ noise: fc.array(move, { maxLength: 2 }), skip: fc.integer({ min: 0, max: 29 }) })),
  )
  .map(steps => steps.flatMap(({ noise, skip }, index) => [...noise, ...(skip === 0 ? [] : [way[index]!])]))

const signed = { signer: `0x${'11'.repeat(20)}`, signature: `0x${'22'.repeat(65)}` }

/** Takes back what was done, or fails to, until nothing is left to: this must come to an end by itself. */
function undo(drive: Drive): void {
  for (let step = 0; step < 20 && !drive.task.settlement; step++) {
    const [next] = readySubtasks(drive.task)
    if (next) drive.assign(next.id, ['4'])
    if (step % 3 === 0 && next) drive.result(next.id, '4', {})
    else drive.at(nextDeadlineMs(drive.task) ?? drive.nowMs)
  }
}

function make(drive: Drive, each: Move): unknown {
  if (drive.task.settlement) return
  if ('subtask' in each && each.do !== 'assign' && !drive.task.subtasks.get(each.subtask)!.assigned) return
  switch (each.do) {
    case 'assign': {
      const wanted = each.subtask === 'look' ? 3 : 1
      const ready = each.subtask === 'look' || drive.task.subtasks.get('look')!.phase === 'completed'
      return ready && drive.assign(each.subtask, [...agents, ...agents].slice(each.from, each.from + wanted))
    }
    case 'commit':
      return drive.commit(each.subtask, each.agent)
    case 'result':
      return drive.result(each.subtask, each.agent, { n: each.n })
    case 'fail':
      return drive.fail(each.subtask, each.agent, each.retry)
    case 'wait':
      return drive.at(drive.nowMs + each.ms)
    case 'miss':
      return drive.when({ type: 'missHeartbeat', subtaskId: 'look', attempt: 1, agents: [each.agent] })
    case 'pause':
    case 'resume':
      // Of an ended task it is refused, which a test of its own tries.
      return (
        !endStates.has(drive.task.state as never) &&
        drive.when({ type: each.do, reason: 'a test', by: { ...signed, signedAtMs: drive.history.length } })
      )
    case 'approve':
      return drive.task.subtasks.get('act')!.phase === 'approving' && drive.approve('act', each.granted)
  }
}

describe('whatever happens', () => {
  it('a task is the fold of its events, ends once, and its money adds up', () => {
    let paidTasks = 0
    let unpaidTasks = 0
    let undoneTasks = 0
    fc.assert(
      fc.property(fc.oneof(history, fc.array(move, { maxLength: 60 })), moves => {
        const drive = new Drive().planned(plan)
        for (const each of moves) make(drive, each)
        drive.at(10_000_000)
        undo(drive)
        if (drive.history.some(({ type }) => type === 'CompensationOpened')) undoneTasks++
        expect(fold(unknownTask(taskId), drive.history)).toEqual(drive.task)
        const ended = drive.history.filter(({ type }) => /^Task(Completed|Failed|Canceled|Rejected)$/.test(type))
        expect(ended).toHaveLength(1)
        const { budget, payments, fee, refund } = drive.task.settlement!.settlement
        const paid = payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
        expect(paid + BigInt(fee) + BigInt(refund)).toBe(BigInt(budget))
        expect(new Set(payments.map(({ agentId }) => agentId)).size).toBe(payments.length)
        if (payments.length > 0) paidTasks++
        else unpaidTasks++
        const accepted = [...drive.task.subtasks.values()].flatMap(each =>
          each.phase === 'completed' ? each.verdict!.accepted : [],
        )
        for (const { agentId } of payments) expect(accepted).toContain(agentId)
      }),
      { numRuns: 500 },
    )
    // Both kinds must be among them, or nothing was said of one.
    expect(paidTasks).toBeGreaterThan(25)
    expect(unpaidTasks).toBeGreaterThan(25)
    expect(undoneTasks).toBeGreaterThan(25)
  })
})
