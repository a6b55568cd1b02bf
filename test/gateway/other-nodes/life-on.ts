import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAnchor } from '../../../gateway/check-anchor.ts'
import { Differences } from '../../../protocol/chain-difference.ts'
import { AnchorProof } from '../../../protocol/chain-message.ts'
import { domainToBytes32 } from '../../../protocol/ids.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { ask } from '../../../stack/ask.ts'
import { awaitOutcome, completeMessage, type NewIntent, submitIntent } from '../../../stack/chain-intent.ts'
import type { Child } from '../../../stack/process.ts'
import { killOutright, startGatewayProcess } from '../gateway-process.ts'
import { placeOf, published } from '../published.ts'
import { mint, recordsOf, statesOf, supply } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import type { OtherNode } from './other-node.ts'
import { placesOnChain } from './places.ts'

const patience = { timeoutMs: 120_000 }
const reaching = { timeout: 60_000 }

export interface Expected {
  /** The profile that the gateway works by. */
  readonly profile: string
  /** What it warns of at its start, each by some of its words. */
  readonly warnings: readonly string[]
  readonly finalityBlocks: number
  /** Whether messages that ask for it go together (EIP-7702). */
  readonly together: boolean
  readonly env?: Record<string, string>
}

/** What holds on every node: the tests of a file that has started one. */
export function lifeOn(node: OtherNode, { profile, warnings, finalityBlocks, together, env = {} }: Expected) {
  const { world } = withGateway({}, node)
  let gateway: Child<unknown>
  const start = () => startGatewayProcess(world(), { finalityBlocks, env: { LOG_LEVEL: 'info', ...env } })
  const logOf = () => readFileSync(join(world().servers.dir, 'gateway.log'), 'utf8')
  const submit = async (intent: NewIntent) => (await submitIntent(world().nc, intent, patience)).messageId
  const outcome = (messageId: `0x${string}`) => awaitOutcome(world().nc, messageId, patience)
  const reached = (messageId: `0x${string}`, state: string) =>
    expect.poll(() => statesOf(world(), messageId), reaching).toContain(state)
  const admission = (domainId: string, businessId = domainId): NewIntent => ({
    ...mint(world(), businessId),
    ...{ operation: 'admit-domain', contract: 'Domains', call: 'admit' },
    args: [domainToBytes32(domainId), world().governor, 'A department'],
  })

  beforeAll(async () => {
    gateway = await start()
  })
  afterAll(() => gateway?.stop())

  test(`works by the profile ${profile}, and warns of what is odd`, () => {
    expect(logOf()).toContain(`"profile":"${profile}"`)
    const warned = logOf()
      .split('\n')
      .filter(line => line.includes('CHAIN_PROFILE_MISMATCH'))
    for (const words of warnings) expect(warned.join('\n')).toContain(words)
    expect(warned).toHaveLength(warnings.length)
  })

  test('takes a message from RECEIVED to COMPLETED, and proves its receipt under the root of its block', async () => {
    const before = await supply(world())
    const messageId = await submit({ ...mint(world(), 'first', 7n), prove: true })
    const { proof } = await outcome(messageId)
    await checkAnchor(AnchorProof.parse(proof))
    await completeMessage(world().nc, messageId)
    expect(await statesOf(world(), messageId)).toEqual(
      'RECEIVED ADMITTED NONCED SIGNED SENDING POOLED MINED FINAL NOTIFIED COMPLETED'.split(' '),
    )
    expect(await supply(world())).toBe(before + 7n)
  })

  test('takes many at once, each with one effect', async () => {
    const before = await supply(world())
    const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => submit(mint(world(), `many ${n}`))))
    await Promise.all(ids.map(outcome))
    await Promise.all(ids.map(messageId => completeMessage(world().nc, messageId)))
    expect(await supply(world())).toBe(before + 30n)
  })

  test(`sends messages that ask to go together ${together ? 'in one transaction' : 'one by one'}`, async () => {
    const before = await supply(world())
    const intents = Array.from({ length: 12 }, (_, n): NewIntent => {
      return { ...mint(world(), `together ${n}`), lane: 'batch', prove: n < 2 }
    })
    const ids = await Promise.all(intents.map(submit))
    const outcomes = await Promise.all(ids.map(outcome))
    for (const { proof } of outcomes.slice(0, 2)) await checkAnchor(AnchorProof.parse(proof))
    expect(new Set(outcomes.map(({ txHash }) => txHash)).size).toBe(together ? 1 : 12)
    await Promise.all(ids.map(messageId => completeMessage(world().nc, messageId)))
    expect(await supply(world())).toBe(before + 12n)
  })

  test('rejects what the contract would refuse, with the reason', async () => {
    const messageId = await submit({
      ...{ ...admission('x', 'unknown'), call: 'suspend' },
      args: [domainToBytes32('nobody')],
    })
    await expect(outcome(messageId)).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
      message: expect.stringContaining('Domains'),
    })
    await completeMessage(world().nc, messageId)
    expect(await statesOf(world(), messageId)).toContain('REJECTED')
  })

  test('says why one failed that the chain took', async () => {
    // Each was estimated on a state without the other.
    const twins = await node.withoutBlocks(async () => {
      const ids = await Promise.all(['one', 'two'].map(id => submit(admission('twin', id))))
      for (const messageId of ids) await reached(messageId, 'POOLED')
      return ids
    })
    const outcomes = await Promise.allSettled(twins.map(outcome))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const failed = twins[outcomes.findIndex(({ status }) => status === 'rejected')]!
    expect((await recordsOf(world(), failed)).at(-1)).toMatchObject({
      state: 'REVERTED',
      revert: { name: expect.stringMatching(/^Domains/) },
    })
    await Promise.all(twins.map(messageId => completeMessage(world().nc, messageId)))
  })

  test('has the node replace a transaction that is taken back by another at a higher fee', async () => {
    const before = await supply(world())
    const messageId = await node.withoutBlocks(async () => {
      const sent = await submit(mint(world(), 'taken back'))
      await reached(sent, 'POOLED')
      const request = { messageId: sent, reason: 'nobody wants it' }
      await ask(world().nc, subjects.chainCancel('consortium'), request, { ...patience, silence: 'CHAIN_SLOW' })
      return sent
    })
    await expect.poll(async () => (await statesOf(world(), messageId)).at(-1), reaching).toBe('CANCELLED')
    expect((await recordsOf(world(), messageId)).filter(({ state }) => state === 'SIGNED')).toHaveLength(2)
    await completeMessage(world().nc, messageId)
    expect(await supply(world())).toBe(before)
  })

  test('is taken over by the next gateway when it is killed with messages in the pool', async () => {
    const before = await supply(world())
    const ids = await node.withoutBlocks(async () => {
      const sent = await Promise.all(Array.from({ length: 8 }, (_, n) => submit(mint(world(), `killed ${n}`))))
      for (const messageId of sent) await reached(messageId, 'POOLED')
      await killOutright(gateway)
      return sent
    })
    gateway = await start()
    await Promise.all(ids.map(outcome))
    await Promise.all(ids.map(messageId => completeMessage(world().nc, messageId)))
    expect(await supply(world())).toBe(before + 8n)
  })

  test('tells every event once, in the order of the chain', async () => {
    const transfers = async () => (await published(world())).filter(({ event }) => event === 'Transfer')
    await expect.poll(async () => (await transfers()).length, reaching).toBe(1 + 30 + 12 + 8)
    const events = await published(world())
    expect(events.map(placeOf)).toEqual(await placesOnChain(node.rpc, world(), events.at(-1)!.blockNumber))
  })

  test('leaves nothing on which chain and business differ', async () => {
    const asking = { timeoutMs: 5_000, silence: 'CHAIN_SLOW' } as const
    const found = Differences.parse(await ask(world().nc, subjects.chainDifferences, null, asking))
    expect(found).toEqual({ unsettled: [], unheard: [], strays: [] })
  })

  return { world }
}
