import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import type { Child } from '../../../stack/process.ts'
import { runProgram } from '../../harness/run-program.ts'
import { entente } from '../../scenarios/run-scenario.ts'
import { busEnv, killOutright, startGatewayProcess } from '../gateway-process.ts'
import { mint } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import { expectedSignature, startReceiver } from './receiver.ts'

const { world } = withGateway()
const patience = { timeoutMs: 40_000 }
const running: Child<unknown>[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(child => child.stop()))
})

async function startOne(): Promise<Child<unknown>> {
  const child = await startGatewayProcess(world())
  running.push(child)
  return child
}

async function listener(...args: string[]) {
  const { PATH, HOME } = process.env
  return runProgram(entente, ['listener', ...args], { PATH, HOME, ...busEnv(world()) }).end
}

test('a gateway that is killed outright over deliveries is followed by one that leaves no gap, and repeats only what was under way', async () => {
  const receiver = await startReceiver()
  // A kill that falls between the receiver's answer and its record leaves a repetition; nothing else does.
  receiver.answer(async () => {
    await sleep(100)
    return 200
  })
  await startOne()
  const added = await listener('add', receiver.url, '--events', 'EntenteToken.Transfer', '--from', '0')
  expect(added).toMatchObject({ code: 0, stderr: '' })
  const { id, secret } = JSON.parse(added.stdout)
  const MINTS = 15
  const outcomes = Array.from({ length: MINTS }, async (_, index) => {
    const { messageId } = await submitIntent(world().nc, mint(world(), `killed ${index}`), patience)
    await awaitOutcome(world().nc, messageId, patience)
  })
  let kills = 0
  for (const deliveries of [3, 8]) {
    await expect.poll(() => receiver.deliveries.length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(deliveries)
    await killOutright(running.pop()!)
    kills += 1
    await startOne()
  }
  await Promise.all(outcomes)
  const ids = () => new Set(receiver.deliveries.map(delivery => delivery.id))
  await expect.poll(() => ids().size, { timeout: 30_000 }).toBe(MINTS)
  const sequences = receiver.deliveries.map(({ data }) => data.sequence)
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
  expect(receiver.deliveries.length - MINTS).toBeLessThanOrEqual(kills)
  for (const delivery of receiver.deliveries) expect(delivery.signature).toBe(expectedSignature(secret, delivery))

  const { stdout } = await listener('list')
  expect(JSON.parse(stdout)).toMatchObject({ id, url: receiver.url, waiting: 0, dead: 0 })
  expect(stdout).not.toContain('whsec_')
  expect(await listener('dead', id)).toMatchObject({ code: 0, stdout: '' })
  expect(await listener('retry', id)).toMatchObject({ code: 0, stdout: '' })
  expect(JSON.parse((await listener('remove', id)).stdout)).toEqual({ id })
  expect(await listener('remove', id)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^LISTENER_UNKNOWN: /) })
  expect(await listener('add', 'ftp://example.org')).toMatchObject({ code: 2 })
})
