import { afterEach, describe, expect, test } from 'vitest'
import type { ChainEntry, MessageState } from '../../protocol/chain-message.ts'
import { subjects } from '../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import type { Child } from '../../stack/process.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { killOutright, startGatewayProcess } from './gateway-process.ts'
import { mint, nonceOf, recordsOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world } = withGateway()
const patience = { timeoutMs: 40_000 }
const MESSAGES = 4
const running: Child<unknown>[] = []
const proxies: FaultProxy[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(child => child.stop()))
  await Promise.all(proxies.splice(0).map(proxy => proxy.stop()))
})

async function startOne(chainUrl: string): Promise<Child<unknown>> {
  const child = await startGatewayProcess(world(), { chainUrl })
  running.push(child)
  return child
}

/** Submits some messages, lets the gateway be killed while it works on them, and sees what a second one makes of it. */
async function survive(name: string, chainUrl: string, kill: (child: Child<unknown>) => Promise<void>): Promise<void> {
  const [supplyBefore, nonceBefore] = await Promise.all([supply(world()), nonceOf(world(), world().governor)])
  const first = await startOne(chainUrl)
  const killed = kill(first)
  const submitted = Array.from({ length: MESSAGES }, async (_, index) => {
    // The gateway dies in the middle of this: it is asked until one has said that it has the message.
    const { messageId } = await submitIntent(world().nc, mint(world(), `${name} ${index}`), patience)
    return messageId
  })
  await killed
  await startOne(world().servers.stack.urls.chain)
  const messageIds = await Promise.all(submitted)
  await Promise.all(messageIds.map(messageId => awaitOutcome(world().nc, messageId, patience)))

  expect(await supply(world())).toBe(supplyBefore + BigInt(MESSAGES))
  expect(await nonceOf(world(), world().governor)).toBe(nonceBefore + MESSAGES)
  for (const messageId of messageIds) {
    const signed = (await recordsOf(world(), messageId)).filter(record => record.state === 'SIGNED')
    expect(signed).toHaveLength(1)
  }
}

describe('failures 1 and 2: a gateway that is killed outright is followed by one that finishes its work, each message once', () => {
  const states: MessageState[] = ['ADMITTED', 'SENDING', 'POOLED', 'FINAL']
  test.each(states)('as soon as the first message is %s', async state => {
    await survive(`killed at ${state}`, world().servers.stack.urls.chain, async child => {
      const records = world().nc.subscribe(subjects.chainTx('*'))
      for await (const message of records)
        if (message.json<ChainEntry>().steps.some(step => step.state === state)) break
      await killOutright(child)
    })
  })

  test('as soon as one is ADMITTED and has no number, because the node does not say what it costs', async () => {
    const proxy = await startFaultProxy(world().servers.stack.urls.chain)
    proxies.push(proxy)
    proxy.inject(each => (each === 'eth_estimateGas' ? 'hold' : 'pass'))
    await survive('killed without a number', proxy.url, async child => {
      const records = world().nc.subscribe(subjects.chainTx('*'))
      for await (const message of records) {
        expect(message.json<ChainEntry>().steps.map(({ state }) => state)).toEqual(['RECEIVED', 'ADMITTED'])
        break
      }
      await killOutright(child)
    })
  })

  // Where exactly it dies: before a request reaches the node, or after the node acted on it and before it could know.
  test.each([
    ['eth_estimateGas', 'lose-request'],
    ['eth_maxPriorityFeePerGas', 'hold'],
    ['eth_sendRawTransaction', 'lose-request'],
    ['eth_sendRawTransaction', 'lose-answer'],
    ['eth_getBlockReceipts', 'lose-request'],
  ] as const)('at %s (%s)', async (method, fault) => {
    const proxy = await startFaultProxy(world().servers.stack.urls.chain)
    proxies.push(proxy)
    await survive(`killed at ${method} ${fault}`, proxy.url, async child => {
      const asked = Promise.withResolvers<void>()
      proxy.inject(each => {
        if (each !== method) return 'pass'
        asked.resolve()
        return fault
      })
      await asked.promise
      await killOutright(child)
    })
  })
})
