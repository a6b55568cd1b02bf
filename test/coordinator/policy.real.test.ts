import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { policyHash } from '../../protocol/policy.ts'
import { putPolicyInForce } from '../../registry/policy/in-force.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import sleeper from './programs/sleeper.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(0)

/** Work for these domains alone. */
const setFor = (version: string, domains: readonly string[]) =>
  policyFrom(
    'test.yaml',
    `
format: entente.policy/1
id: test
version: ${version}
policies: |
  @id("order") permit (principal, action == Action::"order", resource == Template::"test");
  @id("flow") permit (principal, action == Action::"flow", resource);
${domains.map(each => `  @id("${each}") permit (principal, action == Action::"ask", resource == Domain::"${each}");`).join('\n')}
`,
  )

const first = setFor('1.0.0', ['health'])
const second = setFor('1.0.1', ['weather'])

beforeAll(async () => {
  await office.employ(sleeper, 'weather')
  await office.employ(sleeper, 'health')
  await putPolicyInForce(office.consortium.nc, office.consortium.signed(first))
  await office.startCoordinator()
})

describe('a policy set in force', () => {
  it('says where work goes; another one, from the next subtask on', async () => {
    const doze = { skill: 'doze@1', input: 'input' }
    const subtasks = [
      { id: 'one', ...doze },
      { id: 'two', ...doze, after: ['one'] },
    ]
    const task = await office.open(subtasks, { input: { sleepMs: 1_500 } })
    const screened = await task.until('TaskScreened')
    expect(screened).toMatchObject({ decision: 'permit', policy: { id: 'test', hash: policyHash(first) } })
    const given = await task.until('SubtaskAssigned')
    expect(given.chosen.map(({ domainId }) => domainId)).toEqual(['health'])
    await putPolicyInForce(office.consortium.nc, office.consortium.signed(second))
    const then = await task.until('SubtaskAssigned', ({ subtaskId }) => subtaskId === 'two')
    expect(then.chosen.map(({ domainId }) => domainId)).toEqual(['weather'])
    await task.until('TaskCompleted')
    const decided = task.events.flatMap(event => (event.type === 'FlowsDecided' ? event.policy.version : []))
    expect(decided).toEqual(['1.0.0', '1.0.1'])
  })

  it('fails what it lets go nowhere, and says why', async () => {
    await putPolicyInForce(office.consortium.nc, office.consortium.signed(setFor('1.0.2', [])))
    // The coordinator follows; nothing of a task says when it knows.
    await sleep(500)
    const task = await office.open([{ id: 'one', skill: 'doze@1', input: 'input' }], { input: { sleepMs: 10 } })
    const { reason } = await task.until('SubtaskFailed')
    expect(reason).toContain('test@1.0.2 lets 0 of 1 domains have it')
    expect(reason).toContain('weather: to be asked for doze@1: no')
    expect(task.events.filter(({ type }) => type === 'SubtaskAssigned')).toEqual([])
  })
})
