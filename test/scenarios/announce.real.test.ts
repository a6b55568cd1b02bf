import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, expect, it } from 'vitest'
import { contentHash } from '../../protocol/canonical.ts'
import { subjects } from '../../protocol/subjects.ts'
import { announce } from '../../scenarios/emergency-response/announce.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()
let nc: NatsConnection
beforeAll(async () => {
  nc = await servers.connect('announcer')
})

const storm = { kind: 'storm' }
const bulletin = {
  planId: contentHash('plan'),
  alertHash: contentHash(storm),
  validUntil: 2_000_000_000,
  bulletin: storm,
}

/** Agents that answer after so long, each by whether it attests. */
async function agents(...said: { afterMs: number; attested: boolean }[]) {
  const listener = await servers.connect('agents')
  listener.subscribe(subjects.bulletin('>'), {
    callback(_, { reply }) {
      for (const [index, { afterMs, attested }] of said.entries()) {
        const answer = JSON.stringify({ agentId: `${index}`, attested })
        setTimeout(() => listener.publish(subjects.attested(reply!, `${index}`), answer), afterMs)
      }
    },
  })
  await listener.flush()
  return listener
}

async function heard(asking: Omit<Parameters<typeof announce>[2], 'agents' | 'enough'>) {
  const ids: string[] = []
  for await (const { agentId } of announce(nc, bulletin, { agents: 3, enough: 2, ...asking })) ids.push(agentId)
  return ids
}

const [soon, never] = [100, 3_600_000]

it.each([
  ['with the last of them', [0, 0, 0], { usualMs: never, atMostMs: never }, ['0', '1', '2']],
  ['without one that is silent, once enough attest', [0, 0], { usualMs: soon, atMostMs: never }, ['0', '1']],
  ['with the one that makes it enough, though late', [0, 500], { usualMs: soon, atMostMs: never }, ['0', '1']],
  ['at last also with too few', [0], { usualMs: soon, atMostMs: 2 * soon }, ['0']],
] as const)('a hazard has been heard of %s', async (_, afterMs, asking, ids) => {
  const listener = await agents(...afterMs.map(afterMs => ({ afterMs, attested: true })))
  expect(await heard(asking)).toEqual(ids)
  await listener.close()
})

it('who refuses is heard, and is none of those who are enough', async () => {
  const listener = await agents(
    { afterMs: 0, attested: false },
    { afterMs: 0, attested: true },
    { afterMs: 500, attested: true },
  )
  expect(await heard({ usualMs: soon, atMostMs: never })).toEqual(['0', '1', '2'])
  await listener.close()
})
