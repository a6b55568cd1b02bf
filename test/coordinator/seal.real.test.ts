import { beforeAll, describe, expect, it } from 'vitest'
import { putPolicyInForce } from '../../registry/policy/in-force.ts'
import { policyFrom } from '../../registry/policy/policy-file.ts'
import { maker, takerOf } from './programs/courier.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(0)
const read: string[] = []

/** What is restricted goes to these domains alone. */
const setFor = (version: string, domains: readonly string[]) =>
  policyFrom(
    'test.yaml',
    `
format: entente.policy/1
id: test
version: ${version}
policies: |
  @id("order") permit (principal, action == Action::"order", resource);
  @id("ask") permit (principal, action == Action::"ask", resource);
  @id("flow") permit (principal, action == Action::"flow", resource) when { context.class == Class::"internal" };
${domains.map(each => `  @id("to-${each}") permit (principal == Domain::"weather", action == Action::"flow", resource == Domain::"${each}");`).join('\n')}
`,
  )

const subtasks = [
  { id: 'make', skill: 'make@1', input: 'input' },
  { id: 'take', skill: 'take@1', after: ['make'], input: '{ secret: outputs.make.secret }', deadlineMs: 8_000 },
]

beforeAll(async () => {
  await office.employ(maker, 'weather')
  await office.employ(takerOf(read), 'health')
  await putPolicyInForce(office.consortium.nc, office.consortium.signed(setFor('1.0.0', ['health'])))
  await office.startCoordinator()
})

describe('a sealed value', () => {
  it('is read by whom it is for, and is nowhere in the log', async () => {
    const task = await office.open(subtasks, { input: { word: 'canary' } })
    const { output } = await task.until('TaskCompleted')
    expect(output).toMatchObject({ take: { length: 'the word is yranac'.length } })
    expect(read).toEqual(['the word is yranac'])
    expect(task.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['KeysAsked', 'KeysAnswered']))
    expect(JSON.stringify(task.events)).not.toContain('yranac')
  })
})
