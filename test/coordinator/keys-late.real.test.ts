import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { jetstreamManager } from '@nats-io/jetstream'
import { expect, it } from 'vitest'
import { streams, subjects } from '../../protocol/subjects.ts'
import { putPolicyInForce } from '../../registry/policy/in-force.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { maker, takerOf } from './programs/courier.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(0)
const module = fileURLToPath(new URL('programs/maker.ts', import.meta.url))
const policy = policyFrom(
  'test.yaml',
  `
format: entente.policy/1
id: test
version: 1.0.0
policies: |
  @id("all") permit (principal, action, resource);
`,
)

it('a maker whose keys were stored in time is not at fault where they were read too late', {
  timeout: 60_000,
}, async () => {
  const { consortium } = office
  const member = await consortium.join(maker, 'weather')
  const made = await office.startProcess(member, module)
  await office.employ(takerOf([]), 'health')
  await putPolicyInForce(consortium.nc, consortium.signed(policy))
  const coordinator = await office.startCoordinator()
  const task = await office.open(
    [
      { id: 'make', skill: 'make@1', input: 'input' },
      { id: 'take', skill: 'take@1', after: ['make'], input: '{ secret: outputs.make.secret }', deadlineMs: 6_000 },
    ],
    { input: { word: 'canary' } },
  )
  await task.until('SubtaskCompleted', ({ subtaskId }) => subtaskId === 'make')
  process.kill(made.pid, 'SIGSTOP')
  const asked = await task.until('KeysAsked')
  // By then the request lies in the maker's queue.
  await sleep(500)
  process.kill(coordinator.pid, 'SIGSTOP')
  process.kill(made.pid, 'SIGCONT')
  const jsm = await jetstreamManager(consortium.nc)
  const last_by_subj = subjects.result(task.taskId, 'take', member.agentId)
  while (!(await jsm.streams.getMessage(streams.results, { last_by_subj }))) await sleep(50)
  expect(Date.now()).toBeLessThan(asked.deadlineMs)
  await sleep(asked.deadlineMs - Date.now() + 100)
  process.kill(coordinator.pid, 'SIGCONT')
  await task.until('TaskCompleted')
  const expired = task.events.filter(({ type }) => type === 'AttemptExpired')
  expect(expired).toMatchObject([{ subtaskId: 'take', attempt: 1, phase: 'excused' }])
  expect([...task.task().subtasks.values()].flatMap(({ faults }) => faults)).toEqual([])
})
