import { beforeAll, expect, it } from 'vitest'
import napper from './programs/napper.ts'
import sleeper from './programs/sleeper.ts'
import { withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(0)

beforeAll(async () => {
  await office.employ(napper, 'health')
  await office.employ(sleeper, 'weather')
  await office.startCoordinator()
})

/** Two subtasks of one skill, of which one gives what only the dearer agent takes. */
const subtasks = [
  { id: 'short', skill: 'doze@1', input: '{"sleepMs": input.short}' },
  { id: 'long', skill: 'doze@1', input: '{"sleepMs": input.long}', after: ['short'] },
]

it('work goes to agents that take its input, and fails at once where none of the skill does', async () => {
  const task = await office.open(subtasks, { input: { short: 1, long: 50 } })
  const given = async (id: string) => task.until('SubtaskAssigned', ({ subtaskId }) => subtaskId === id)
  const [short, long] = [await given('short'), await given('long')]
  const domainsOf = (some: readonly { readonly domainId: string }[]) => some.map(({ domainId }) => domainId)
  expect([short, long].map(({ chosen }) => domainsOf(chosen))).toEqual([['health'], ['weather']])
  expect(long.passedOver).toMatchObject([{ domainId: 'health', why: expect.stringContaining('input.sleepMs: ') }])
  await task.until('TaskCompleted')

  const wrong = await office.open(subtasks, { input: { short: 'a while', long: 50 } })
  const { reason } = await wrong.until('SubtaskFailed')
  expect(reason).toMatch(/^0 of 2 domains that offer it take its input; .*input\.sleepMs: .*; .*input\.sleepMs: /)
  expect(wrong.events.filter(({ type }) => type === 'SubtaskAssigned')).toEqual([])
})
