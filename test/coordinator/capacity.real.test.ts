import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../agents/sdk/define.ts'
import { reservedOf } from '../../coordinator/flow/reserve.ts'
import { putPolicyInForce } from '../../coordinator/policy/in-force.ts'
import { policyFrom } from '../../coordinator/policy/policy-file.ts'
import type { Hex } from '../../protocol/hash.ts'
import { requestersAt } from './requesters.ts'
import { withCoordinators } from './with-coordinators.ts'

const policies = policyFrom(
  'test.yaml',
  `
format: entente.policy/1
id: wards
version: 1.0.0
policies: |
  @id("all") permit (principal, action in [Action::"order", Action::"ask", Action::"flow"], resource);
  @id("beds-for-emergencies") @reason("a life goes before a plan")
  permit (principal, action == Action::"preempt", resource) when { context.resources.contains(Resource::"beds") };
`,
)

/** Work that lasts as long as its input says, or until it is called off. */
const ward = agent({
  name: 'ward',
  description: 'has two beds',
  concurrency: 8,
  capacity: { beds: { total: 2, unit: 'bed' } },
  skills: [
    skill({
      name: 'nurse',
      version: '1.0.0',
      description: 'takes its time',
      input: z.object({ ms: z.number().optional() }).loose(),
      output: z.object({ done: z.boolean() }),
      price: 1n,
      run: ({ ms = 0 }, { signal }) =>
        new Promise<{ done: boolean }>((resolve, reject) => {
          const timer = setTimeout(() => resolve({ done: true }), ms)
          signal.addEventListener('abort', () => {
            clearTimeout(timer)
            reject(signal.reason)
          })
        }),
    }),
  ],
})

const nurse = (more = {}) => ({ id: 'work', skill: 'nurse@1', deadlineMs: 60_000, needs: { beds: 1 }, ...more })

describe('two coordinators', () => {
  const office = withCoordinators(2, { ENTENTE_EMERGENCY_DOMAINS: 'sirens' })
  const requesters = requestersAt(office)
  beforeAll(async () => {
    requesters.reserve()
    await putPolicyInForce(office.consortium.nc, policies)
    await office.employ(ward, 'health')
  })

  it('break off what can wait for an emergency that lacks beds, and give them out again when it has ended', {
    timeout: 90_000,
  }, async () => {
    const normal = { priority: 'normal' } as const
    const long = { input: { ms: 20_000 } }
    const firm = await office.open([nurse()], { ...normal, input: { ms: 6_000 } })
    await firm.until('SubtaskAssigned')
    const soft = await office.open([nurse({ preemptible: true })], { ...normal, ...long })
    await soft.until('SubtaskAssigned')
    const later = await office.open([nurse()], normal)
    await later.until('TaskPlanned')
    const urgent = await office.open([nurse({ needs: { beds: 'input.number > `0` && `1`' } })])
    const preempted = await soft.until('AttemptPreempted')
    expect(preempted).toMatchObject({
      subtaskId: 'work',
      attempt: 1,
      claim: { taskId: urgent.taskId, needs: { beds: 1 }, domainId: null },
      policy: { id: 'wards' },
      reasons: ['beds-for-emergencies (a life goes before a plan)'],
    })
    const given = await urgent.until('SubtaskAssigned')
    expect(given.needs).toEqual({ beds: 1 })
    expect(given.chosen[0]!.capacity).toMatchObject({ resources: { beds: { total: 2 } } })
    await Promise.all([urgent, firm, later].map(task => task.until('TaskCompleted')))
    // What had no part in it was left in peace, and the one that was broken off is begun anew, without fault or failure.
    expect(firm.events.some(({ type }) => type === 'AttemptPreempted')).toBe(false)
    const again = await soft.until('SubtaskAssigned', ({ attempt }) => attempt === 2)
    expect(again.atMs).toBeGreaterThan(given.atMs)
    expect(soft.events.some(({ type }) => type === 'AttemptFailed')).toBe(false)
    expect(soft.task().subtasks.get('work')!.faults).toEqual([])
    expect(reservedOf(urgent.task())).toEqual({})
    const open = [firm, soft, later, urgent].flatMap(({ events }) =>
      events.flatMap(event => {
        if (event.type === 'SubtaskAssigned') return [{ atMs: event.atMs, beds: 1 }]
        const ends = event.type === 'AttemptPreempted' || event.type === 'SubtaskCompleted'
        return ends ? [{ atMs: event.atMs, beds: -1 }] : []
      }),
    )
    let beds = 0
    for (const each of open.sort((a, b) => a.atMs - b.atMs || a.beds - b.beds)) {
      beds += each.beds
      expect(beds).toBeLessThanOrEqual(2)
    }
  })

  it('pass over who can never commit so much, and say so', async () => {
    const task = await office.open([nurse({ needs: { beds: 3 }, attempts: 1 })], { priority: 'normal' })
    const { chosen, passedOver } = await task.until('SubtaskAssigned')
    expect(chosen).toEqual([])
    expect(passedOver[0]?.why).toBe('can commit 2 beds in all, 3 are needed')
  })

  it('plan an emergency that is ordered behind 300 others before most of them', { timeout: 120_000 }, async () => {
    await Promise.all([requesters.admit('many'), requesters.admit('sirens')])
    const work = { id: 'work', skill: 'nurse@1', deadlineMs: 60_000 }
    const orders: Awaited<ReturnType<typeof requesters.order>>[] = []
    for (let n = 0; n < 300; n++) orders.push(await requesters.order('many', [work]))
    const emergency = await requesters.order('sirens', [work], { priority: 'emergency' })
    const followed = [...orders, emergency].map(({ taskId }) => office.follow(taskId))
    const assigned: Hex[] = []
    const all = followed.map(task => task.until('SubtaskAssigned').then(() => assigned.push(task.taskId)))
    const submitted = orders.map(({ command }) => requesters.submit(command))
    await Promise.all([...submitted, requesters.submit(emergency.command)])
    await Promise.all(all)
    const times = followed.map(({ events }) => events.find(({ type }) => type === 'SubtaskAssigned')!.atMs)
    const its = times.at(-1)!
    const before = times.filter(atMs => atMs < its).length
    console.info(`the emergency was assigned before ${300 - before} of 300 orders that came before it`)
    expect(before).toBeLessThan(100)
  })
})
