import { describe, expect, it } from 'vitest'
import { type Candidate, route } from '../../../coordinator/flow/route.ts'

const wallet = `0x${'11'.repeat(20)}` as const
const candidate = (agentId: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ agentId, domainId: `domain-${agentId}`, wallet, price: '1', stake: '0', load: 0, places: 1 },
  ...more,
})
const wish = { taskId: '0x', subtaskId: 'one', attempt: 1, replicas: 1, failed: [] }
const held = 'it degrades'

describe('an agent that is held back', () => {
  it('is passed over for another, however much better it is, and the log says why', () => {
    const routing = route(wish, [candidate('1', { held, stake: '9000000000' }), candidate('2')])
    expect(routing?.chosen.map(({ agentId }) => agentId)).toEqual(['2'])
    expect(routing?.passedOver).toMatchObject([{ agentId: '1', domainId: 'domain-1', why: held }])
  })

  it('is waited past: while the other is busy it is not asked either', () => {
    expect(route(wish, [candidate('1', { held }), candidate('2', { load: 1 })])).toBeNull()
  })

  it('does what nobody else can', () => {
    expect(route(wish, [candidate('1', { held })])?.chosen[0]).toMatchObject({ agentId: '1' })
    const two = { ...wish, replicas: 2 }
    expect(route(two, [candidate('1', { held }), candidate('2')])?.chosen).toHaveLength(2)
    const three = [candidate('1', { held }), candidate('2'), candidate('3')]
    expect(
      route(two, three)
        ?.chosen.map(({ agentId }) => agentId)
        .sort(),
    ).toEqual(['2', '3'])
  })
})
