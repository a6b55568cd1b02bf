import { afterEach, describe, expect, test } from 'vitest'
import { checkAnchor } from '../../gateway/check-anchor.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { ChainEntry } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { awaitOutcome, cancelMessage, type NewIntent, submitIntent } from '../../stack/chain-intent.ts'
import type { Child } from '../../stack/process.ts'
import { takeBack } from '../harness/take-back.ts'
import { killOutright, startGatewayProcess } from './gateway-process.ts'
import { mint, nonceOf, recordsOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 30_000 }
let gateway: Gateway | undefined
const children: Child<unknown>[] = []

afterEach(async () => {
  await gateway?.stop()
  gateway = undefined
  await Promise.all(children.splice(0).map(child => child.stop()))
})

const together = (intent: NewIntent): NewIntent => ({ ...intent, lane: 'batch' })
const mints = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => together(mint(world(), `${name} ${index}`)))
const admission = (domainId: string, businessId: string): NewIntent =>
  together({
    ...mint(world(), businessId),
    ...{ operation: 'admit-domain', contract: 'Domains', call: 'admit' },
    args: [domainToBytes32(domainId), world().governor, 'A department'],
  })

async function submitAll(intents: readonly NewIntent[]): Promise<Hex[]> {
  const accepted = await Promise.all(intents.map(intent => submitIntent(world().nc, intent, patience)))
  return accepted.map(({ messageId }) => messageId)
}
const outcomes = (ids: readonly Hex[]) =>
  Promise.allSettled(ids.map(messageId => awaitOutcome(world().nc, messageId, patience)))

async function allFinal(ids: readonly Hex[]) {
  const settled = await outcomes(ids)
  expect(settled.map(({ status }) => status)).toEqual(ids.map(() => 'fulfilled'))
  return settled.map(each => (each as PromiseFulfilledResult<Awaited<ReturnType<typeof awaitOutcome>>>).value)
}

/** Waits until the batch that a message goes with is in the node's pool. */
async function gone(messageId: Hex): Promise<void> {
  const isIn = async () => {
    const { batch } = (await recordsOf(world(), messageId)).findLast(({ state }) => state === 'BATCHED')!
    return statesOf(world(), batch!)
  }
  await expect.poll(isIn, { timeout: 10_000 }).toContain('POOLED')
}

/** Transactions that the governor has sent while `work` was done. */
async function sentBy(work: () => Promise<unknown>): Promise<number> {
  const before = await nonceOf(world(), world().governor)
  await work()
  return (await nonceOf(world(), world().governor)) - before
}

/** No block until `work` is done. */
async function withoutBlocks<T>(work: () => Promise<T>): Promise<T> {
  await world().rpc('evm_setIntervalMining', [0])
  try {
    return await work()
  } finally {
    await world().rpc('evm_setIntervalMining', [1])
  }
}

describe('messages that go together', () => {
  test('are one transaction, and each has its whole life, its events and its proof', async () => {
    gateway = await start()
    const before = await supply(world())
    const intents = mints('together', 12).map((intent, index) => ({ ...intent, prove: index < 2 }))
    let finals: Awaited<ReturnType<typeof allFinal>> = []
    const sent = await sentBy(async () => {
      finals = await allFinal(await submitAll(intents))
    })
    // The first transaction lets the account run the code too, for which it uses a second number.
    expect(sent).toBe(2)
    expect(await supply(world())).toBe(before + 12n)
    expect(new Set(finals.map(({ txHash }) => txHash)).size).toBe(1)
    const [first] = finals
    expect(await statesOf(world(), first!.messageId)).toEqual(
      'RECEIVED ADMITTED BATCHED MINED FINAL NOTIFIED'.split(' '),
    )
    const receipt = await world().rpc<{ logs: { address: Hex }[] }>('eth_getTransactionReceipt', [first!.txHash])
    const token = world().deployment.addresses.EntenteToken.toLowerCase()
    for (const { logs } of finals) {
      expect(receipt.logs.slice(logs!.first, logs!.first + logs!.count).map(log => log.address)).toEqual([token])
    }
    expect(new Set(finals.map(({ logs }) => logs!.first)).size).toBe(12)
    for (const { proof } of finals.slice(0, 2)) await checkAnchor(proof!)
    expect(finals[2]!.proof).toBeUndefined()
  })

  test('with one that the contract refuses: it has its reason, and takes none of the others along', async () => {
    gateway = await start()
    const before = await supply(world())
    // Each is fine when it is looked at, and only one of the twins can be when the block comes.
    const twins = ['one', 'two'].map(id => admission('twin', id))
    const ids = await withoutBlocks(async () => {
      const [first] = await submitAll([{ ...twins[0]!, lane: 'single' }])
      await expect.poll(() => statesOf(world(), first!), { timeout: 10_000 }).toContain('POOLED')
      const others = await submitAll([twins[1]!, ...mints('beside', 5)])
      await gone(others[0]!)
      return [first!, ...others]
    })
    const settled = await outcomes(ids)
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      ...mints('', 5).map(() => 'fulfilled'),
    ])
    expect(await supply(world())).toBe(before + 5n)
    const last = (await recordsOf(world(), ids[1]!)).at(-1)
    expect(last).toMatchObject({ state: 'REVERTED', revert: { name: expect.stringMatching(/^Domains/) } })
    expect(last?.blockNumber).toBeGreaterThan(0)
  })

  test('that would be refused now go alone, and are REJECTED without a number', async () => {
    gateway = await start()
    const bad = together({
      ...mint(world(), 'nobody'),
      contract: 'Domains',
      call: 'suspend',
      args: [domainToBytes32('nobody')],
    })
    const ids = await submitAll([...mints('good', 3), bad])
    await allFinal(ids.slice(0, 3))
    await outcomes(ids.slice(3))
    expect(await statesOf(world(), ids[3]!)).toEqual('RECEIVED ADMITTED BATCHED ADMITTED REJECTED'.split(' '))
  })

  test('sent again under the same id is the same message', async () => {
    gateway = await start()
    const before = await supply(world())
    const again = [...mints('again', 4), ...mints('again', 4), ...mints('again', 4)]
    const ids = await submitAll(again)
    expect(new Set(ids).size).toBe(4)
    await allFinal(ids)
    expect(await supply(world())).toBe(before + 4n)
    await expect(submitAll([together(mint(world(), 'again 0', 2n))])).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
  })

  test('fill as many transactions as the gas for one allows', async () => {
    gateway = await start({ batches: { tenants: new Set(['consortium']), maxGas: 1_000_000n } })
    const before = await supply(world())
    const intents = mints('gas', 12).map(({ lane: _, ...intent }) => intent)
    const finals = await allFinal(await submitAll(intents))
    expect(await supply(world())).toBe(before + 12n)
    const transactions = new Set(finals.map(({ txHash }) => txHash)).size
    expect(transactions).toBeGreaterThan(1)
    expect(transactions).toBeLessThan(12)
  })

  test('one of a waiting batch is taken back, and the others go', async () => {
    gateway = await start()
    const before = await supply(world())
    const [first, second] = await withoutBlocks(async () => {
      const under = await submitAll(mints('under way', 2))
      await gone(under[0]!)
      // No second batch goes while the first is in the pool.
      const waiting = await submitAll(mints('waiting', 3))
      const taken = { tenant: 'consortium', messageId: waiting[1]!, reason: 'a mistake' }
      expect((await cancelMessage(world().nc, taken, patience)).state).toBe('CANCELLED')
      const late = { tenant: 'consortium', messageId: under[0]!, reason: 'too late' }
      expect((await cancelMessage(world().nc, late, patience)).state).toBe('BATCHED')
      return [under, waiting]
    })
    await allFinal([...first!, first![0]!, second![0]!, second![2]!])
    expect(await statesOf(world(), second![1]!)).toEqual('RECEIVED ADMITTED BATCHED ADMITTED CANCELLED'.split(' '))
    expect(await supply(world())).toBe(before + 4n)
  })
})

describe('a batch', () => {
  test('whose block is taken back is sent again, the very same bytes', async () => {
    gateway = await start({ finalityBlocks: 3 })
    const before = await supply(world())
    const ids = await submitAll(mints('reorg', 4))
    await expect.poll(() => statesOf(world(), ids[0]!), { timeout: 10_000, interval: 20 }).toContain('MINED')
    await takeBack(world().rpc, 2)
    const finals = await allFinal(ids)
    expect(new Set(finals.map(({ txHash }) => txHash)).size).toBe(1)
    expect(await supply(world())).toBe(before + 4n)
    expect(await statesOf(world(), ids[0]!)).toContain('REORGED')
  })

  test.each(['ADMITTED', 'BATCHED', 'NONCED', 'POOLED'] as const)(
    'whose gateway is killed outright at %s has each effect once',
    async state => {
      const before = await supply(world())
      const first = await startGatewayProcess(world())
      children.push(first)
      const killed = (async () => {
        for await (const message of world().nc.subscribe(subjects.chainTx('*'))) {
          if (message.json<ChainEntry>().steps.some(step => step.state === state)) break
        }
        await killOutright(first)
      })()
      const submitted = submitAll(mints(`killed at ${state}`, 8))
      await killed
      children.push(await startGatewayProcess(world()))
      const finals = await allFinal(await submitted)
      expect(await supply(world())).toBe(before + 8n)
      expect(finals).toHaveLength(8)
    },
  )
})
