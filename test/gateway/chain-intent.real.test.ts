import { afterEach, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../stack/chain-intent.ts'
import { mint, statesOf } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
let gateway: Gateway | undefined

afterEach(async () => {
  await gateway?.stop()
  gateway = undefined
})

test('an intent waits for a gateway that is not there yet', async () => {
  const submitted = submitIntent(world().nc, mint(world(), 'early'), { timeoutMs: 20_000 })
  gateway = await start()
  const { messageId } = await submitted
  const outcomes = await Promise.all([1, 2, 3].map(() => awaitOutcome(world().nc, messageId, { timeoutMs: 20_000 })))
  expect(outcomes.map(outcome => outcome.state)).toEqual(['FINAL', 'FINAL', 'FINAL'])
})

test('an outcome can still be read long after it was reached, and after it was acted on', async () => {
  gateway = await start()
  const { messageId } = await submitIntent(world().nc, mint(world(), 'long ago'))
  await awaitOutcome(world().nc, messageId, { timeoutMs: 20_000 })
  await completeMessage(world().nc, messageId)
  expect((await statesOf(world(), messageId)).at(-1)).toBe('COMPLETED')
  expect(await awaitOutcome(world().nc, messageId, { timeoutMs: 1 })).toMatchObject({ state: 'FINAL' })
})

test('waiting is bounded, and can be given up', async () => {
  const { nc } = world()
  const intent = mint(world(), 'never')
  await expect(submitIntent(nc, intent, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'CHAIN_SLOW', retry: true })
  await expect(awaitOutcome(nc, messageIdOf(intent), { timeoutMs: 300 })).rejects.toMatchObject({ code: 'CHAIN_SLOW' })
  const given = new AbortController()
  const waiting = awaitOutcome(nc, messageIdOf(intent), { timeoutMs: 20_000, signal: given.signal })
  setTimeout(() => given.abort(new Error('given up')), 200)
  await expect(waiting).rejects.toThrow('given up')
})

test('what was never sent cannot be completed', async () => {
  gateway = await start()
  const unknown = messageIdOf(mint(world(), 'unknown'))
  await expect(completeMessage(world().nc, unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
