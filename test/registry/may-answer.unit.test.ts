import { expect, it } from 'vitest'
import { agentPermissions } from '../../registry/agent-permissions.ts'
import { keptWithoutLooking } from '../../registry/may-answer.ts'
import { witnessPermissions } from '../../registry/witness-permissions.ts'

/** Messages a second that may be delivered to such a connection before the server goes through all that it keeps with each. */
const perSecond = ({ resp }: ReturnType<typeof agentPermissions>) => keptWithoutLooking / (Number(resp!.ttl) / 1e9)

it('an agent takes 2,000 messages a second, and a witness 1,000, before the server looks at all that may be answered with each', () => {
  expect(perSecond(agentPermissions('1'))).toBeGreaterThan(2_000)
  expect(perSecond(witnessPermissions('health'))).toBeGreaterThan(1_000)
})
