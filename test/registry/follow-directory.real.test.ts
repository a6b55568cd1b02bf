import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import echo from '../../agents/echo/agent.ts'
import { cardOf } from '../../agents/sdk/card.ts'
import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import { buckets, streams, subjects } from '../../protocol/subjects.ts'
import { followDirectory } from '../../registry/follow-directory.ts'
import { waitForEnd } from '../harness/is-running.ts'
import { withStack } from '../harness/with-stack.ts'
import { addressNumber } from './chain-facts.ts'
import { type Consortium, connectAs, log, startConsortium } from './consortium.ts'

const stack = withStack()
let consortium: Consortium

beforeAll(async () => {
  consortium = await startConsortium(stack)
})
afterAll(() => consortium?.stop())

const shows = (domainId: string) =>
  consortium.directory.when(({ domains }) => domains.get(domainId), { what: domainId, timeoutMs: 10_000 })

describe('a directory that follows the streams', () => {
  it('has read everything that is there before it is given out', async () => {
    const member = await consortium.join(echo)
    await (await connectAs(consortium, member)).close()
    const late = await followDirectory({ nc: consortium.nc, log })
    const agent = late.current().agents.get(member.agentId)
    expect(agent).toMatchObject({ active: true, wallet: member.key.address })
    expect(late.current().cards.get(agent!.cardHash!)?.name).toBe('echo')
    await late.stop()
  })

  it('leaves out what is no chain event, and goes on', async () => {
    const subject = subjects.chainEvent('Domains', 'DomainAdmitted')
    for (const garbage of ['', 'not JSON', '{"stream":"RESULTS","seq":1}', '{"contract":"Domains"}'])
      await consortium.nc.request(subject, garbage, { timeout: 5_000 })
    await consortium.publish(consortium.facts.admitted('after-garbage', addressNumber(1)))
    expect(await shows('after-garbage')).toMatchObject({ status: 'admitted' })
  })

  it('misses nothing and takes nothing twice when the server forgets its consumer', async () => {
    const jsm = await jetstreamManager(consortium.nc)
    const { facts, publish, directory } = consortium
    const events = facts.registered('500', addressNumber(5), '')
    await publish(...events, facts.staked('StakeDeposited', '500', 7n), facts.admitted('before-loss', addressNumber(1)))
    await shows('before-loss')
    for await (const { name } of jsm.consumers.list(streams.chainEvents))
      await jsm.consumers.delete(streams.chainEvents, name)
    await publish(facts.staked('StakeDeposited', '500', 5n), facts.admitted('after-loss', addressNumber(1)))
    await shows('after-loss')
    expect(directory.current().agents.get('500')?.stake).toBe(12n)
  })

  it('shows cards that come after the bus was killed, and started again', async () => {
    const { nc, directory } = consortium
    const nats = stack.stack.servers.find(({ name }) => name === 'nats')!
    const restored = (async () => {
      for await (const { type } of nc.status()) if (type === 'reconnect') return
    })()
    process.kill(nats.pid, 'SIGKILL')
    expect(await waitForEnd([nats.pid], 5_000)).toEqual([])
    await nats.restart()
    await restored
    const card = cardOf({ ...echo, name: 'later' })
    const cards = await new Kvm(nc).open(buckets.cards)
    await expect.poll(() => cards.put(contentHash(card), canonicalJson(card)).catch(() => 0)).toBeGreaterThan(0)
    const shown = await directory.when(({ cards }) => cards.get(contentHash(card)), { what: 'card', timeoutMs: 20_000 })
    expect(shown.name).toBe('later')
  })

  it('has all that was on the bus when it was asked to be up to that', async () => {
    const { nc, directory, facts, publish } = consortium
    const cards = await new Kvm(nc).open(buckets.cards)
    for (let count = 0; count < 50; count++) {
      const card = cardOf({ ...echo, name: `just now ${count}` })
      await cards.put(contentHash(card), canonicalJson(card))
      await publish(facts.admitted(`just-now-${count}`, addressNumber(1)))
      await directory.upToNow(10_000)
      expect(directory.current().cards.has(contentHash(card))).toBe(true)
      expect(directory.current().domains.has(`just-now-${count}`)).toBe(true)
    }
  })

  it('tells listeners of each change until they no longer want to know', async () => {
    const { directory, publish, facts } = consortium
    let heard = 0
    const forget = directory.onChange(() => {
      heard += 1
    })
    await publish(facts.admitted('told', addressNumber(1)))
    await shows('told')
    expect(heard).toBe(1)
    forget()
    await publish(facts.admitted('untold', addressNumber(1)))
    await shows('untold')
    expect(heard).toBe(1)
  })

  it('says what did not come to pass', async () => {
    const waiting = consortium.directory.whenActive('12345', { what: 'agent 12345', timeoutMs: 50 })
    await expect(waiting).rejects.toMatchObject({
      code: 'DIRECTORY_LATE',
      message: "agent 12345 did not show in the chain's events within 50 ms",
    })
  })
})
