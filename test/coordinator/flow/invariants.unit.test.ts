import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { Drive, planOf, taskId } from './drive.ts'

/**
 * Whatever is asked, in whatever order, however often:
 * - folding the history again gives the same task;
 * - an ended task stays ended, and is settled: payments + fee + refund = budget, nobody is paid twice, or for nothing.
 */
const plan = planOf([
  { id: 'look', replicas: 3, quorum: 2, attempts: 2 },
  { id: 'act', after: ['look'], attempts: 2, approval: { when: 'output.n > `5`', reason: 'big', deadlineMs: 500 } },
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
)
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

function make(drive: Drive, each: Move): unknown {
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
    case 'approve':
      return drive.task.subtasks.get('act')!.phase === 'approving' && drive.approve('act', each.granted)
  }
}

describe('whatever happens', () => {
  it('a task is the fold of its events, ends once, and its money adds up', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), moves => {
        const drive = new Drive().planned(plan)
        for (const each of moves) make(drive, each)
        drive.at(10_000_000)
        expect(fold(unknownTask(taskId), drive.history)).toEqual(drive.task)
        const ended = drive.history.filter(({ type }) => /^Task(Completed|Failed|Canceled|Rejected)$/.test(type))
        expect(ended).toHaveLength(1)
        const { budget, payments, fee, refund } = drive.task.settlement!.settlement
        const paid = payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
        expect(paid + BigInt(fee) + BigInt(refund)).toBe(BigInt(budget))
        expect(new Set(payments.map(({ agentId }) => agentId)).size).toBe(payments.length)
        const accepted = [...drive.task.subtasks.values()].flatMap(each =>
          each.phase === 'completed' ? each.verdict!.accepted : [],
        )
        for (const { agentId } of payments) expect(accepted).toContain(agentId)
      }),
      { numRuns: 500 },
    )
  })
})
