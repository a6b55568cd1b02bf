import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { readySubtasks } from '../../../coordinator/flow/ready.ts'
import { unknownTask } from '../../../coordinator/flow/state.ts'
import { Drive, planOf, taskId } from './drive.ts'

/** Every kind of step at once: a list, a condition, a signal, a timer, and work that waits for all of them. */
const plan = {
  ...planOf([
    { id: 'ward', input: 'ward', forEach: { items: 'input.wards', as: 'ward', concurrency: 2, max: 3 }, weight: 2 },
    { id: 'extra', after: ['ward'], when: 'sum(outputs.ward) > `10`', input: 'outputs.ward', weight: 3 },
    { id: 'end', after: ['extra', 'word', 'rest'], input: 'outputs' },
  ]),
  waits: [
    { id: 'word', title: '', after: [], wait: { event: 'word', deadlineMs: 900, onSilence: 'continue' as const } },
    { id: 'rest', title: '', after: ['ward'], when: 'input.rest', wait: { ms: 200 } },
  ],
}
const by = { signer: `0x${'11'.repeat(20)}`, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }

const move = fc.record({
  pick: fc.nat(5),
  agent: fc.integer({ min: 1, max: 4 }),
  value: fc.integer({ min: 0, max: 9 }),
})

/** Some next step: an assignment, an answer, a failure, a signal, or time. */
function make(drive: Drive, { pick, agent, value }: typeof move extends fc.Arbitrary<infer M> ? M : never): void {
  const running = [...drive.task.subtasks.values()].find(({ phase }) => phase === 'executing')
  const [ready] = readySubtasks(drive.task)
  const awaited = drive.task.subtasks.get('word')?.phase === 'awaiting'
  if (pick === 0 && awaited) drive.when({ type: 'signal', signal: 'word', payload: value, by })
  else if (pick === 1) drive.at(drive.nowMs + value * 40)
  else if (pick === 2 && running) drive.fail(running.id, running.assigned!.chosen[0]!.agentId, value > 0)
  else if (pick > 3 && running) drive.result(running.id, running.assigned!.chosen[0]!.agentId, value)
  else if (ready) drive.assign(ready.id, [`${agent}`])
  else if (running) drive.result(running.id, running.assigned!.chosen[0]!.agentId, value)
}

it('whatever happens, a task of every kind of step is the fold of its events, ends once, and its money adds up', () => {
  const ends = { completed: 0, skipped: 0, failed: 0 }
  fc.assert(
    fc.property(fc.nat(3), fc.boolean(), fc.array(move, { minLength: 5, maxLength: 60 }), (wards, rest, moves) => {
      const input = { wards: Array.from({ length: wards }, (_, ward) => ward), rest }
      const drive = new Drive().planned(plan, { input })
      for (const each of moves) if (drive.task.state !== 'completed' && drive.task.state !== 'failed') make(drive, each)
      drive.at(10_000_000)
      expect(fold(unknownTask(taskId), drive.history)).toEqual(drive.task)
      expect(drive.history.filter(({ type }) => /^Task(Completed|Failed)$/.test(type))).toHaveLength(1)
      const { budget, payments, fee, refund } = drive.task.settlement!.settlement
      const paid = payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
      expect(paid + BigInt(fee) + BigInt(refund)).toBe(BigInt(budget))
      const completed = [...drive.task.subtasks.values()].filter(({ phase }) => phase === 'completed')
      const worked = completed.flatMap(({ verdict }) => verdict?.accepted ?? [])
      for (const { agentId } of payments) expect(worked).toContain(agentId)
      // Each piece of work that stands is in the pool at its price, once.
      expect(paid).toBe(BigInt(worked.length) * 1_000n)
      if (drive.task.state === 'completed') {
        ends.completed++
        if (drive.task.subtasks.get('extra')!.phase === 'skipped') ends.skipped++
      } else ends.failed++
    }),
    { numRuns: 800 },
  )
  expect(Math.min(...Object.values(ends))).toBeGreaterThan(20)
})
