import { describe, expect, it } from 'vitest'
import { authorizeByCedar } from '../../coordinator/policy/cedar.ts'
import { policyFrom } from '../../coordinator/policy/policy-file.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { bundleOf } from './simulated-bundle.ts'
import { SimulatedRun } from './simulated-run.ts'
import { ordered, simulated } from './simulated-setting.ts'

const policy = policyFrom(
  'test.yaml',
  `
format: entente.policy/1
id: beds
version: 1.0.0
policies: |
  @id("all") permit (principal, action in [Action::"order", Action::"ask", Action::"flow"], resource);
  @id("beds") permit (principal, action == Action::"preempt", resource)
  when { context.resources.contains(Resource::"beds") && context.skill == Skill::"clean@1" };
`,
)

const template = {
  name: 'cleaning',
  version: '1.0.0',
  title: 'Beds are cleaned, unless somebody needs them',
  subtasks: [{ id: 'clean', skill: 'clean@1', input: '{at: input.at}', needs: { beds: 4 }, preemptible: true }],
}
const input = { at: '2005-08-28T12:00Z' }
const cleaning = ordered(template, input, '50000000')
const rescue = ordered({ name: 'rescue' }, input, '50000000')
const emergency = {
  ...rescue,
  spec: { ...rescue.spec, policy: { ...rescue.spec.policy, priority: 'emergency' as const } },
}

/** A task whose first attempt was broken off, with its history changed by a dishonest log keeper. */
function bundle(forge: (event: TaskEvent) => TaskEvent = event => event) {
  const run = new SimulatedRun(simulated, { ordered: cleaning, policy })
  run.open()
  run.assign('clean', ['12'])
  run.preempt('clean', emergency)
  run.assign('clean', ['13'])
  run.result('clean', '13', { clean: 4 })
  const { task, events } = run
  return bundleOf({ task, events: events.map(forge), template, policies: [policy] })
}

const preempted = (change: (event: TaskEventOf<'AttemptPreempted'>) => object) =>
  bundle(event => (event.type === 'AttemptPreempted' ? { ...event, ...change(event) } : event) as TaskEvent)
const findingsOf = async (made: ReturnType<typeof bundle>) =>
  (await verifyBundle(JSON.parse(JSON.stringify(await made)), { authorize: authorizeByCedar })).findings
const whatOf = async (made: ReturnType<typeof bundle>) => (await findingsOf(made)).map(({ what }) => what).join()

describe('a bundle in which an attempt was broken off for an emergency', () => {
  it('holds, and the attempt counts for nothing', async () => {
    expect(await findingsOf(bundle())).toEqual([])
    const { checks } = await verifyBundle(await bundle(), { authorize: authorizeByCedar })
    expect(checks.find(({ name }) => name === 'preemptions')).toEqual({ name: 'preemptions', ok: true, count: 1 })
  })

  it('does not hold when what it was for is no emergency', async () => {
    const found = whatOf(
      preempted(({ claim }) => ({ claim: { ...claim, policy: { ...claim.policy, priority: 'normal' } } })),
    )
    expect(await found).toContain('it is of no emergency')
  })

  it('does not hold when the order of the emergency is another task, or of another domain', async () => {
    const other = whatOf(preempted(({ claim }) => ({ claim: { ...claim, taskId: `0x${'77'.repeat(32)}` } })))
    expect(await other).toContain('its authority opens task')
    const domain = whatOf(preempted(({ claim }) => ({ claim: { ...claim, domainId: 'weather-one' } })))
    expect(await domain).toContain('the order is of another domain')
  })

  it('does not hold when nobody signed the order of the emergency', async () => {
    const forged = preempted(({ claim }) => {
      const authority = { ...claim.authority, signature: `0x${'11'.repeat(65)}` }
      return { claim: { ...claim, authority } }
    })
    expect(await whatOf(forged)).toContain("is not the emergency's requester's")
  })

  it('does not hold when the policy set does not let it', async () => {
    const reasons = whatOf(preempted(() => ({ reasons: ['because'] })))
    expect(await reasons).toContain('the rules give "beds", the log has "because"')
    const vans = whatOf(preempted(({ claim }) => ({ claim: { ...claim, needs: { vans: 1 } } })))
    expect(await vans).toContain('by the rules no AttemptPreempted can be here')
  })

  it('does not hold when its plan does not let it be broken off', async () => {
    const firm = bundle(event =>
      event.type === 'TaskPlanned'
        ? {
            ...event,
            plan: { ...event.plan, subtasks: event.plan.subtasks.map(({ preemptible: _, ...rest }) => rest) },
          }
        : event,
    )
    expect((await findingsOf(firm)).length).toBeGreaterThan(0)
  })

  it('does not hold when an agent stated less than it was to commit, or did not state it', async () => {
    const stated = (total: number, signature?: string) =>
      whatOf(
        bundle(
          event =>
            (event.type === 'SubtaskAssigned'
              ? {
                  ...event,
                  chosen: event.chosen.map(choice => ({
                    ...choice,
                    capacity: {
                      ...choice.capacity!,
                      resources: { beds: { total, unit: 'one' } },
                      ...(signature ? { signature } : {}),
                    },
                  })),
                }
              : event) as TaskEvent,
        ),
      )
    expect(await stated(3)).toContain('can commit 3 beds, 4 are needed')
    expect(await stated(9)).toContain('the signature of this Capacity is not agent')
  })
})
