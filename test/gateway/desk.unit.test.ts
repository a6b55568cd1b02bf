import { expect, test } from 'vitest'
import { createDesk } from '../../gateway/desk.ts'
import { fold, type Life } from '../../gateway/life.ts'
import { holdMessage } from '../../gateway/message.ts'
import type { ChainIntent, ChainRecord } from '../../protocol/chain-message.ts'

const messageId = `0x${'1'.repeat(64)}` as const
const signer = `0x${'2'.repeat(40)}` as const
const hashOf = (attempt: number) => `0x${String(attempt).repeat(64)}` as const
const intent: ChainIntent = {
  ...{ tenant: 'coordinator', operation: 'anchor', businessId: 'desk', from: 'relayer', prove: false },
  ...{ contract: 'Anchors', call: 'anchor', args: [], value: '0' },
}

/** A message that has gone to the chain in so many attempts. */
function sent(attempts: number): Life {
  const signed = Array.from({ length: attempts }, (_, index): Partial<ChainRecord>[] => [
    { state: 'SIGNED', attempt: index + 1, signer, nonce: 7, raw: '0x02', txHash: hashOf(index + 1) },
    { state: 'SENDING' },
  ])
  const steps = [
    { state: 'RECEIVED', intent },
    { state: 'ADMITTED' },
    { state: 'NONCED', signer, nonce: 7 },
    ...signed.flat(),
  ]
  return fold(
    null,
    steps.map(step => ({ messageId, atMs: 0, ...step }) as ChainRecord),
  )
}

test('what is being stored takes room on the desk until it is there, or is not coming', () => {
  const desk = createDesk()
  const many = Array.from({ length: 3 }, () => desk.expect())
  expect(desk.size).toBe(3)
  expect(desk.all()).toEqual([])
  many[1]!.done()
  expect(desk.size).toBe(2)
  for (const each of [many[0]!, many[2]!]) each.done()
  expect(desk.size).toBe(0)
})

test('a message is known by its transactions as long as it is in hand', () => {
  const desk = createDesk()
  const message = desk.take(sent(1), 1)
  message.life = sent(2)
  desk.note(message)
  expect([1, 2].map(attempt => desk.byTransaction(hashOf(attempt)))).toEqual([message, message])
  desk.release(message)
  desk.note(message)
  expect([1, 2].map(attempt => desk.knewTransaction(hashOf(attempt)))).toEqual([false, false])
})

test("a step that is taken for a message in another gateway's hands leaves nothing on the desk", () => {
  const desk = createDesk()
  const elsewhere = holdMessage(sent(1), 1, 0)
  elsewhere.life = sent(2)
  desk.note(elsewhere)
  expect(desk.byTransaction(hashOf(2))).toBeUndefined()
  const adopted = desk.take(sent(1), 1)
  desk.note(elsewhere)
  expect(desk.byTransaction(hashOf(1))).toBe(adopted)
  expect(desk.byTransaction(hashOf(2))).toBeUndefined()
})
