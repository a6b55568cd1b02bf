import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { agent } from '../../agents/sdk/define.ts'
import sleeper from './programs/sleeper.ts'
import { kill, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(2)
const module = fileURLToPath(new URL('programs/sleeper.ts', import.meta.url))
const doze = (more: object) => [{ id: 'doze', skill: 'doze@1', input: 'input', deadlineMs: 40_000, ...more }]

/** The same skill, elsewhere, and dearer than any good name makes up for: it is asked second. */
const stand = agent({
  ...sleeper,
  name: 'stand-in',
  skills: sleeper.skills.map(skill => ({ ...skill, price: 3_000_000_000n, run: () => ({ by: 'stand-in' }) })),
})

beforeAll(async () => {
  await office.employ(stand, 'health')
})

describe('an agent at work', () => {
  it('that dies is noticed by its silence, by whichever coordinator is left, and another gets the work', {
    timeout: 60_000,
  }, async () => {
    const member = await office.consortium.join(sleeper, 'weather')
    const child = await office.startProcess(member, module)
    const task = await office.open(doze({ heartbeatMs: 500 }), { input: { sleepMs: 30_000 }, budget: 10_000_000_000n })
    const { atMs } = await task.until('SubtaskAssigned')
    kill(office.children[0]!.pid)
    kill(child.pid)
    const expired = await task.until('AttemptExpired')
    expect(expired).toMatchObject({ phase: 'heartbeat', attempt: 1, silent: [member.agentId] })
    expect(expired.atMs - atMs).toBeGreaterThanOrEqual(1_000)
    expect(expired.atMs - atMs).toBeLessThan(10_000)
    await task.until('SettlementComputed')
    expect(task.task().output).toEqual({ doze: { by: 'stand-in' } })
    expect(task.task().settlement!.settlement.penalties).toEqual([])
  })

  it('that lives is left alone for as long as its deadline lasts', async () => {
    const member = await office.consortium.join(
      agent({ ...sleeper, skills: [{ ...sleeper.skills[0]!, name: 'nap' }] }),
      'transport',
    )
    await office.start(member)
    const task = await office.open(doze({ skill: 'nap@1', heartbeatMs: 400 }), { input: { sleepMs: 3_000 } })
    await task.until('TaskCompleted')
    expect(task.events.filter(({ type }) => type === 'AttemptExpired')).toEqual([])
    // Heartbeats go into no log.
    expect(task.events.length).toBeLessThan(12)
  })
})
