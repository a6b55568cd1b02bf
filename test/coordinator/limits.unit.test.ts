import { describe, expect, it } from 'vitest'
import { admit } from '../../coordinator/doors/admit.ts'
import { limitsOf } from '../../coordinator/limits.ts'
import { OpenTasks } from '../../coordinator/room/open-tasks.ts'
import { readConfig } from '../../stack/config.ts'
import { taskIdOf } from './room/simulated-room.ts'

const limits = limitsOf(
  readConfig({
    ENTENTE_OPEN_TASKS: '20',
    ENTENTE_OPEN_TASKS_PER_DOMAIN: '3',
    ENTENTE_DOMAIN_QUOTAS: 'health=5, police=0',
    ENTENTE_DOMAIN_WEIGHTS: 'health=3',
    ENTENTE_EMERGENCY_DOMAINS: 'health,police',
  }),
)

/** So many open tasks of a domain. */
function opened(open: OpenTasks, domainId: string, count: number, from = 0): OpenTasks {
  for (let n = from; n < from + count; n++) open.expect(taskIdOf(n), domainId)
  return open
}

const applicant = (domainId: string, priority: 'emergency' | 'normal' = 'normal') => ({
  taskId: taskIdOf(10_000),
  domainId,
  priority,
})

describe('limits', () => {
  it('are read from the configuration', () => {
    expect(limits).toMatchObject({ openTasks: 20, openTasksPerDomain: 3 })
    expect([...limits.quotas]).toEqual([
      ['health', 5],
      ['police', 0],
    ])
    expect([...limits.weights]).toEqual([['health', 3]])
  })

  it.each(['health', 'health=x', 'health=-1', 'Health=1', 'health=1.5'])('refuse %s as a quota', text => {
    expect(() => limitsOf(readConfig({ ENTENTE_DOMAIN_QUOTAS: text }))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  it('refuse a weight of nothing, by which nobody can be measured', () => {
    expect(() => limitsOf(readConfig({ ENTENTE_DOMAIN_WEIGHTS: 'health=0' }))).toThrow(/from 1/)
  })
})

describe('one more task', () => {
  it('is refused to a domain that has its quota, and taken of another', () => {
    const open = opened(opened(new OpenTasks(), 'traffic', 3), 'health', 4, 100)
    expect(() => admit(applicant('traffic'), limits, open)).toThrow(
      expect.objectContaining({ code: 'DOMAIN_OVER_QUOTA' }),
    )
    admit(applicant('health'), limits, open)
    expect(() => admit(applicant('police'), limits, open)).toThrow(
      expect.objectContaining({ code: 'DOMAIN_OVER_QUOTA' }),
    )
    admit(applicant('police', 'emergency'), limits, open)
  })

  it('is refused to all but emergencies when a tenth of the whole is left, and to all when nothing is', () => {
    const open = opened(new OpenTasks(), 'crowd', 18)
    const full = expect.objectContaining({ code: 'COORDINATORS_FULL', retryAfterMs: 1_000 })
    expect(() => admit(applicant('traffic'), limits, open)).toThrow(full)
    admit(applicant('health', 'emergency'), limits, open)
    opened(open, 'crowd', 2, 50)
    expect(() => admit(applicant('health', 'emergency'), limits, open)).toThrow(full)
  })

  it('is no more when it is there already, or has ended', () => {
    const open = opened(new OpenTasks(), 'traffic', 3)
    admit({ ...applicant('traffic'), taskId: taskIdOf(2) }, limits, open)
    const demand = {
      priority: 'normal' as const,
      domainId: 'traffic',
      submittedAtMs: 0,
      givenAtMs: 0,
      seed: null,
      holding: {},
      waiting: [],
    }
    open.heed(taskIdOf(2), { ...demand, isOpen: true })
    expect(open.of('traffic')).toBe(3)
    open.heed(taskIdOf(2), { ...demand, isOpen: false })
    expect(open.of('traffic')).toBe(2)
    admit(applicant('traffic'), limits, open)
  })
})
