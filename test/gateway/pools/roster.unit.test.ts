import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold, type Life } from '../../../gateway/life.ts'
import { createRoster } from '../../../gateway/pools/roster.ts'
import { numberAhead } from '../../../gateway/pools/turns.ts'
import { type ChainRecord, messageIdOf } from '../../../protocol/chain-message.ts'
import { sha256 } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'

const [one, two] = ['1', '2'].map(digit => `0x${digit.repeat(40)}` as Address) as [Address, Address]

function begun(name: string, signer: Address, orderKey?: string): Life {
  const intent = {
    ...{ tenant: 'consortium', operation: 'mint', businessId: name, from: 'pool:minters' as const },
    ...{ contract: 'EntenteToken', call: 'mint', args: [], value: '0', prove: false },
    ...(orderKey !== undefined && { orderKey }),
  }
  const messageId = messageIdOf(intent)
  return fold(null, [
    { messageId, atMs: 1, state: 'RECEIVED', intent },
    { messageId, atMs: 1, state: 'ADMITTED', signer },
  ])
}

function since(life: Life, ...steps: Omit<ChainRecord, 'messageId' | 'atMs'>[]): Life {
  return fold(
    life,
    steps.map(step => ({ messageId: life.messageId, atMs: 2, ...step })),
  )
}

const numbered = (life: Life, nonce: number) =>
  since(
    life,
    { state: 'NONCED', signer: life.chosen!, nonce },
    { state: 'SIGNED', nonce, attempt: life.signed + 1, raw: '0x02', txHash: sha256(life.messageId) },
    { state: 'SENDING' },
  )
const mined = (life: Life) => {
  const block = { txHash: sha256(life.messageId), blockNumber: 1, blockHash: sha256('block') }
  return since(life, { state: 'MINED', ...block })
}

/** A roster, and whose turn it is as far as it knows. */
function orderOf(lastSeq = Number.POSITIVE_INFINITY) {
  const roster = createRoster()
  const ground = {
    ledger: { roster } as never,
    signers: { relayer: one } as never,
    entries: { lastSeq: () => lastSeq },
  }
  return { roster, turnOf: (life: Life) => numberAhead(ground as never, { life }) }
}

describe('what keys have to do', () => {
  test('is counted from when a message is given to one until it is mined', () => {
    const { roster } = orderOf()
    const life = begun('a', one)
    roster.note({ life, firstSeq: 1 })
    expect([roster.load(one), roster.load(two)]).toEqual([1, 0])
    const moved = since(life, { state: 'ADMITTED', signer: two })
    roster.note({ life: moved, firstSeq: 1 })
    expect([roster.load(one), roster.load(two)]).toEqual([0, 1])
    roster.note({ life: mined(numbered(moved, 4)), firstSeq: 1 })
    expect([roster.load(one), roster.load(two)]).toEqual([0, 0])
  })

  test('is what a count of all messages gives, whatever becomes of them', () => {
    const story = fc.array(fc.record({ who: fc.nat(5), what: fc.constantFrom('move', 'number', 'mine', 'cancel') }))
    fc.assert(
      fc.property(story, events => {
        const { roster } = orderOf()
        const lives = Array.from({ length: 6 }, (_, index) => begun(`${index}`, index % 2 ? one : two))
        for (const [index, life] of lives.entries()) roster.note({ life, firstSeq: index })
        for (const { who, what } of events) {
          lives[who] = next(lives[who]!, what)
          roster.note({ life: lives[who], firstSeq: who })
        }
        const busy = lives.filter(({ state }) => state === 'ADMITTED' || state === 'SENDING')
        for (const key of [one, two]) {
          expect(roster.load(key)).toBe(busy.filter(({ signer, chosen }) => (signer ?? chosen) === key).length)
        }
      }),
    )
  })
})

function next(life: Life, what: string): Life {
  const isNew = life.state === 'ADMITTED'
  if (what === 'move' && isNew) return since(life, { state: 'ADMITTED', signer: life.chosen === one ? two : one })
  if (what === 'number' && isNew) return numbered(life, 1)
  if (what === 'cancel' && isNew) return since(life, { state: 'CANCELLED' })
  return what === 'mine' && life.state === 'SENDING' ? mined(life) : life
}

describe('an order', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(name => begun(name, one, 'task 7')) as [Life, Life, Life]

  test('lets a message be numbered above the one before it, by the same key, and not sooner', () => {
    const { roster, turnOf } = orderOf()
    // As another gateway's entries may come: later than one's own that follow them.
    for (const [life, firstSeq] of [
      [c, 3],
      [a, 1],
      [b, 2],
    ] as const)
      roster.note({ life, firstSeq })
    expect([a, b, c].map(turnOf)).toEqual([-1, null, null])
    roster.note({ life: numbered(a, 9), firstSeq: 1 })
    expect([b, c].map(turnOf)).toEqual([9, null])
    expect(roster.behind(a)?.messageId).toBe(b.messageId)
  })

  test('waits for what another key has signed until that is done with', () => {
    const { roster, turnOf } = orderOf()
    const moved = since(b, { state: 'ADMITTED', signer: two })
    roster.note({ life: numbered(a, 9), firstSeq: 1 })
    roster.note({ life: moved, firstSeq: 2 })
    expect(turnOf(moved)).toBeNull()
    const sent = mined(numbered(a, 9))
    roster.note({ life: sent, firstSeq: 1 })
    expect(turnOf(moved)).toBeNull()
    roster.note({ life: since(sent, { state: 'FINAL' }, { state: 'NOTIFIED' }), firstSeq: 1 })
    expect(turnOf(moved)).toBe(-1)
  })

  test('waits until the log is read up to where the message begins', () => {
    const { roster, turnOf } = orderOf(4)
    roster.note({ life: b, firstSeq: 5 })
    expect(turnOf(b)).toBeNull()
    expect(turnOf(a)).toBeNull()
    expect(turnOf(begun('in no order', one))).toBe(-1)
  })

  test('is one tenant’s', () => {
    const { roster, turnOf } = orderOf()
    const other: Life = { ...b, intent: { ...b.intent, tenant: 'relay' } }
    roster.note({ life: a, firstSeq: 1 })
    roster.note({ life: other, firstSeq: 2 })
    expect(turnOf(other)).toBe(-1)
  })
})
