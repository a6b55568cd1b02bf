import { beforeAll, describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { PolicySignature } from '../../protocol/signed-policy.ts'
import { authorizeByCedar } from '../../registry/policy/cedar.ts'
import { simulateBundle } from './simulated-bundle.ts'

const engine = { authorize: authorizeByCedar }
let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('policed')))
})

const changed = (change: (event: TaskEvent) => TaskEvent) => simulateBundle('policed', events => events.map(change))
const whatOf = async (made: Promise<Bundle>) =>
  (await verifyBundle(await made, engine)).findings.map(({ what }) => what)

describe('a bundle in which a policy set decided', () => {
  it('has it decide again, and holds', async () => {
    const { findings, checks } = await verifyBundle(bundle, engine)
    expect(findings).toEqual([])
    expect(checks.find(({ name }) => name === 'policies')).toEqual({ name: 'policies', ok: true, count: 1 })
    expect(bundle.events.filter(({ event }) => event.type === 'FlowsDecided')).toHaveLength(4)
    expect(bundle.events.filter(({ event }) => 'flow' in event)).toHaveLength(2)
  })

  it('says what was not asked again where there is no engine', async () => {
    const { ok, unchecked } = await verifyBundle(bundle)
    expect(ok).toBe(true)
    expect(unchecked).toContain('What the policy sets decided: no engine was there to ask them again.')
  })

  it('does not hold with another policy set', async () => {
    const [set] = bundle.policies!
    const other = { ...bundle, policies: [{ ...set!, version: '1.0.1' }] }
    const { findings } = await verifyBundle(other, engine)
    expect(findings[0]).toMatchObject({ where: '/policies/0' })
    expect((await verifyBundle({ ...bundle, policies: undefined }, engine)).ok).toBe(false)
  })

  it('does not hold with a set that nobody signed, or somebody else', async () => {
    const whatFor = async (policySignatures: Bundle['policySignatures']) =>
      (await verifyBundle({ ...bundle, policySignatures }, engine)).findings.map(({ what }) => what).join()
    expect(await whatFor(undefined)).toContain('POLICY_UNSIGNED: nobody signed simulated@1.0.0')
    const [[signed]] = bundle.policySignatures as [[PolicySignature]]
    expect(await whatFor([[{ ...signed, signer: `0x${'99'.repeat(20)}` }]])).toContain('is not the admin of health-one')
    expect(await whatFor([[signed, signed]])).toContain('a domain signed it twice')
  })

  it('does not hold when a decision is not what the set says', async () => {
    const found = await whatOf(
      changed(event =>
        event.type === 'FlowsDecided'
          ? { ...event, verdicts: event.verdicts.map(verdict => ({ ...verdict, permit: true })) }
          : event,
      ),
    )
    expect(found.join()).toContain('the rules give false, the log has true')
  })

  it('does not hold when what was to be masked was given', async () => {
    const found = await whatOf(
      changed(event =>
        event.type === 'SubtaskAssigned' && event.subtaskId === 'forecast'
          ? { ...event, input: { at: '2005-08-28T12:00Z' } }
          : event,
      ),
    )
    expect(found.join()).toContain('the rules give "[masked]"')
  })

  it('does not hold when work was given where the set does not let it go', async () => {
    const found = await whatOf(
      changed(event =>
        event.type === 'SubtaskAssigned' && event.subtaskId === 'forecast'
          ? {
              ...event,
              chosen: event.chosen.map((each, place) => (place === 0 ? { ...each, domainId: 'weather-four' } : each)),
            }
          : event,
      ),
    )
    expect(found.join()).toContain('by the rules no SubtaskAssigned can be here')
  })

  it('does not hold when somebody else approved of a flow', async () => {
    const found = await whatOf(
      changed(event =>
        event.type === 'ApprovalAnswered' && event.flow !== undefined
          ? { ...event, by: { ...event.by!, approver: `0x${'99'.repeat(20)}` } }
          : event,
      ),
    )
    expect(found.join()).toContain('may not give this approval')
  })
})
