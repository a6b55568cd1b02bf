import { afterEach, describe, expect, test } from 'vitest'
import type { Hex } from '../../protocol/hash.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import type { Child } from '../../stack/process.ts'
import { holderOf, killOutright, startGatewayProcess } from './gateway-process.ts'
import { mint, nonceOf, recordsOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world } = withGateway()
const patience = { timeoutMs: 30_000 }
const MESSAGES = 12
const takeOverMs = 5_000
const running: Child<unknown>[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(child => child.stop()))
})

async function startOne(): Promise<Child<unknown>> {
  const child = await startGatewayProcess(world(), { finalityBlocks: 0 })
  running.push(child)
  return child
}

const holder = () => holderOf(world(), world().governor)
const submit = async (name: string) => (await submitIntent(world().nc, mint(world(), name), patience)).messageId
const submitSome = (name: string) =>
  Promise.all(Array.from({ length: MESSAGES }, (_, index) => submit(`${name} ${index}`)))
const finalised = (messageIds: readonly Hex[]) =>
  Promise.all(messageIds.map(messageId => awaitOutcome(world().nc, messageId, patience)))

/** No number is left out or used twice, and every message has had its effect once. */
async function expectNoGap(messageIds: readonly Hex[], before: { supply: bigint; nonce: number }): Promise<void> {
  const records = (await Promise.all(messageIds.map(messageId => recordsOf(world(), messageId)))).flat()
  const numbers = records.filter(({ state }) => state === 'SIGNED').map(({ nonce }) => nonce!)
  expect(numbers.sort((a, b) => a - b)).toEqual(messageIds.map((_, index) => before.nonce + index))
  expect(await supply(world())).toBe(before.supply + BigInt(messageIds.length))
}

const now = async () => ({ supply: await supply(world()), nonce: await nonceOf(world(), world().governor) })

describe('failure 22: of two gateways with the same keys one numbers', () => {
  test('and the other takes over when it is killed, without a gap and without a second effect', async () => {
    const before = await now()
    const first = await startOne()
    const writer = await holder()
    await startOne()
    expect(await holder()).toBe(writer)
    const submitted = await submitSome('killed')
    await killOutright(first)
    await expect.poll(holder, { timeout: takeOverMs }).not.toBe(writer)
    submitted.push(await submit('right after'))
    await finalised(submitted)
    await expectNoGap(submitted, before)
  })

  test('and the other takes over when it stands still; when it goes on it has lost the lease', async () => {
    const before = await now()
    const first = await startOne()
    const writer = await holder()
    await startOne()
    const submitted = await submitSome('before it stood still')
    process.kill(first.pid, 'SIGSTOP')
    await expect.poll(holder, { timeout: takeOverMs }).not.toBe(writer)
    const successor = await holder()
    // Requests that it is handed while it stands still go unanswered, and are asked again.
    const meanwhile = await submitSome('while it stood still')
    process.kill(first.pid, 'SIGCONT')
    const afterwards = await submitSome('after it went on')
    const all = [...submitted, ...meanwhile, ...afterwards]
    await finalised(all)
    expect(await holder()).toBe(successor)
    await expectNoGap(all, before)
  })

  test('and a message that is handed to both at once is one, and has one number', async () => {
    const before = await now()
    await startOne()
    await startOne()
    const [submitted, again] = await Promise.all([submitSome('to both'), submitSome('to both')])
    expect(again).toEqual(submitted)
    await finalised(submitted)
    await expectNoGap(submitted, before)
  })

  test('and the other takes over at once when it stops in peace', async () => {
    const before = await now()
    const first = await startOne()
    await startOne()
    const submitted = await submitSome('stopped')
    await first.stop()
    await finalised(submitted)
    await expectNoGap(submitted, before)
  })
})
