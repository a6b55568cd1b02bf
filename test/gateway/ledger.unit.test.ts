import { describe, expect, test } from 'vitest'
import { createLedger } from '../../gateway/ledger.ts'
import { IllegalStep } from '../../gateway/life.ts'
import { type ChainEntry, type ChainStep, messageIdOf } from '../../protocol/chain-message.ts'
import { sha256 } from '../../protocol/hash.ts'

const signer = `0x${'1'.repeat(40)}` as const
const intentOf = (businessId: string) => ({
  ...{ tenant: 'consortium', operation: 'mint', businessId, from: signer },
  ...{ contract: 'EntenteToken', call: 'mint', args: [], value: '0', prove: false },
})
const entryOf = (name: string, ...steps: Omit<ChainStep, 'atMs'>[]): ChainEntry => ({
  messageId: messageIdOf(intentOf(name)),
  steps: steps.map(step => ({ ...step, atMs: 1 })),
})
const begun = (name: string) => entryOf(name, { state: 'RECEIVED', intent: intentOf(name) }, { state: 'ADMITTED' })
const sent = (name: string, nonce: number) => {
  const bytes = { raw: '0x02', txHash: sha256(name) }
  return entryOf(
    name,
    { state: 'NONCED', signer, nonce },
    { state: 'SIGNED', attempt: 1, nonce, ...bytes },
    { state: 'SENDING' },
  )
}
const final = (name: string) => {
  const block = { txHash: sha256(name), blockNumber: 1, blockHash: sha256('block') }
  return entryOf(name, { state: 'MINED', ...block }, { state: 'FINAL' }, { state: 'NOTIFIED' })
}
const idsOf = (standings: Iterable<{ life: { messageId: string } }>) => [...standings].map(({ life }) => life.messageId)

describe('the ledger', () => {
  test('has what is not done with, and forgets what is', () => {
    const ledger = createLedger()
    ledger.note(begun('a'), 1)
    ledger.note(begun('b'), 2)
    ledger.note(sent('a', 7), 3)
    expect(idsOf(ledger.open())).toEqual(['a', 'b'].map(name => begun(name).messageId))
    expect(ledger.taken(signer)).toEqual(new Set([7]))
    ledger.note(final('a'), 4)
    expect(idsOf(ledger.open())).toEqual([begun('b').messageId])
    expect(idsOf(ledger.awaiting())).toEqual([begun('a').messageId])
    expect(ledger.taken(signer)).toEqual(new Set())
    ledger.note(entryOf('a', { state: 'COMPLETED' }), 5)
    expect(idsOf(ledger.awaiting())).toEqual([])
  })

  test('counts two numbers for a transaction that delegates its own account', () => {
    const ledger = createLedger()
    ledger.note(begun('a'), 1)
    const [nonced, signed, sending] = sent('a', 7).steps
    ledger.note(entryOf('a', nonced!, { ...signed!, raw: '0x04' }, sending!), 2)
    expect(ledger.taken(signer)).toEqual(new Set([7, 8]))
  })

  test('says where whoever comes next may begin to read', () => {
    const ledger = createLedger()
    expect(ledger.firstSeq()).toBeNull()
    ledger.note(begun('a'), 3)
    ledger.note(begun('b'), 4)
    ledger.note(sent('a', 1), 5)
    expect(ledger.firstSeq()).toBe(3)
    ledger.note(entryOf('b', { state: 'REJECTED' }), 6)
    ledger.note(final('a'), 7)
    expect(ledger.firstSeq()).toBe(3)
    ledger.note(entryOf('a', { state: 'COMPLETED' }), 8)
    expect(ledger.firstSeq()).toBeNull()
  })

  test('takes an entry once, though it comes by the stream after it was stored here', () => {
    const ledger = createLedger()
    const life = ledger.note(begun('a'), 1)!
    expect(ledger.note(begun('a'), 1)).toBeNull()
    ledger.keep({ life: { ...life, state: 'REJECTED' }, lastSeq: 2 })
    const { messageId } = life
    expect([ledger.has(messageId, 1), ledger.has(messageId, 2), ledger.has(messageId, 3)]).toEqual([true, true, false])
  })

  test('passes over what belongs to a message that it does not have, and refuses what cannot follow', () => {
    const ledger = createLedger()
    expect(ledger.note(entryOf('old', { state: 'COMPLETED' }), 1)).toBeNull()
    ledger.note(begun('a'), 2)
    expect(() => ledger.note(final('a'), 3)).toThrow(IllegalStep)
    expect(idsOf(ledger.open())).toEqual([begun('a').messageId])
  })
})
