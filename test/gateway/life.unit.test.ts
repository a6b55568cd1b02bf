import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evolve, IllegalStep, isClosed, type Life, mayFollow } from '../../gateway/life.ts'
import { type ChainRecord, type MessageState, messageIdOf, messageStates } from '../../protocol/chain-message.ts'
import { sha256 } from '../../protocol/hash.ts'

const intent = {
  tenant: 'consortium',
  operation: 'mint',
  businessId: '1',
  from: 'relayer',
  contract: 'EntenteToken',
  call: 'mint',
  args: [],
  value: '0',
  prove: false,
} as const
const messageId = messageIdOf(intent)
const signer = `0x${'1'.repeat(40)}` as const

/** A record that fits the life in every field, whether or not its state may follow. */
function fitting(life: Life | null, state: MessageState): ChainRecord {
  const record: ChainRecord = { messageId, state, atMs: 0 }
  switch (state) {
    case 'RECEIVED':
      return { ...record, intent: { ...intent, args: [] } }
    case 'BATCHED':
      return { ...record, signer, batch: sha256('batch') }
    case 'NONCED':
      return { ...record, signer, nonce: 10 + (life?.signed ?? 0) }
    case 'SIGNED': {
      const attempt = (life?.signed ?? 0) + 1
      const nonce = life?.nonce === null || life === null ? {} : { nonce: life.nonce }
      return { ...record, ...nonce, attempt, raw: `0x02${attempt}`, txHash: sha256(`${attempt}`) }
    }
    case 'MINED':
      return { ...record, txHash: life?.attempts[0]?.txHash ?? sha256('none'), blockNumber: 5, blockHash: sha256('b') }
    default:
      return record
  }
}

/** As `mayFollow`, and only what goes with others comes back from where it was. */
function may(life: Life | null, next: MessageState): boolean {
  const comesBack = next === 'ADMITTED' && life !== null && life.state !== 'RECEIVED'
  return mayFollow(life?.state ?? null, next) && (!comesBack || life.batch !== null)
}

/** Folds as many of the given states as may follow one another. */
function walk(states: readonly MessageState[]): Life[] {
  const lives: Life[] = []
  for (const state of states) {
    const life = lives.at(-1) ?? null
    if (may(life, state)) lives.push(evolve(life, fitting(life, state)))
  }
  return lives
}

const states = fc.array(fc.constantFrom(...messageStates), { maxLength: 400 })
const started = states.map(rest => ['RECEIVED', 'ADMITTED', 'NONCED', 'SIGNED', 'SENDING', ...rest] as MessageState[])

describe('the life of a message', () => {
  test('takes a record exactly when its state may follow', () => {
    fc.assert(
      fc.property(started, fc.constantFrom(...messageStates), (path, next) => {
        const life = walk(path).at(-1)!
        const take = () => evolve(life, fitting(life, next))
        if (may(life, next)) expect(take().state).toBe(next)
        else expect(take).toThrow(IllegalStep)
      }),
    )
  })

  test('begins with RECEIVED, and only there', () => {
    for (const state of messageStates) {
      if (state === 'RECEIVED') expect(evolve(null, fitting(null, state)).state).toBe('RECEIVED')
      else expect(() => evolve(null, fitting(null, state))).toThrow(IllegalStep)
    }
  })

  test('a signed nonce is never given away: it changes only after a foreign transaction used it', () => {
    fc.assert(
      fc.property(started, path => {
        const lives = walk(path)
        for (const [index, life] of lives.entries()) {
          const before = lives[index - 1]
          if (before && before.attempts.length > 0 && life.nonce !== before.nonce) expect(life.state).toBe('REPLACED')
        }
      }),
    )
  })

  test('every attempt is kept while its nonce is, and what is final was mined as one of them', () => {
    fc.assert(
      fc.property(started, path => {
        const lives = walk(path)
        for (const [index, life] of lives.entries()) {
          const before = lives[index - 1]
          if (before && life.state !== 'REPLACED')
            expect(life.attempts).toEqual(expect.arrayContaining([...before.attempts]))
          if (['FINAL', 'NOTIFIED', 'COMPLETED', 'REVERTED'].includes(life.state) && life.batch === null) {
            expect(life.attempts.map(attempt => attempt.txHash)).toContain(life.mined?.txHash)
          }
        }
      }),
    )
  })

  test('with others it has no number of its own, and comes back as it was, but for the count', () => {
    const path: MessageState[] = ['RECEIVED', 'ADMITTED', 'BATCHED', 'MINED', 'REORGED', 'ADMITTED', 'NONCED', 'SIGNED']
    const lives = walk(path)
    expect(lives.map(({ state }) => state)).toEqual(path)
    const [, admitted, batched, mined, , back] = lives
    expect(batched).toMatchObject({ signer, nonce: null, batch: sha256('batch'), batches: 1 })
    expect(mined).toMatchObject({ nonce: null, attempts: [], mined: { blockNumber: 5 } })
    expect(back).toEqual({ ...admitted, batches: 1 })
    expect(() => evolve(batched!, fitting(batched!, 'NONCED'))).toThrow(IllegalStep)
  })

  test('another batch takes the place of one that went without it, and counts as the same', () => {
    const key = `0x${'2'.repeat(40)}` as const
    const [, admitted, batched] = walk(['RECEIVED', 'ADMITTED', 'BATCHED'])
    const next = evolve(batched!, { ...fitting(batched!, 'BATCHED'), batch: sha256('next'), signer: key })
    expect(next).toMatchObject({ state: 'BATCHED', batch: sha256('next'), signer: key, chosen: null, batches: 1 })
    const byPool = { ...admitted!, chosen: signer }
    expect(evolve(byPool, { ...fitting(byPool, 'BATCHED'), signer: key })).toMatchObject({ chosen: key })
  })

  test('what a batch carries is kept with its number, also when that is used up by another', () => {
    const carries = [sha256('one'), sha256('two')]
    const [, admitted] = walk(['RECEIVED', 'ADMITTED'])
    let life = evolve(admitted!, { ...fitting(admitted!, 'NONCED'), carries })
    for (const state of ['SIGNED', 'SENDING', 'REPLACED'] as const) life = evolve(life, fitting(life, state))
    expect(life).toMatchObject({ state: 'REPLACED', nonce: null, carries })
    expect(evolve(life, { ...fitting(life, 'NONCED'), carries: carries.slice(1) }).carries).toEqual(carries.slice(1))
  })

  test('every state that is not closed has a way to one that is', () => {
    const reaches = (from: MessageState, seen = new Set<MessageState>()): boolean => {
      if (isClosed(from)) return true
      seen.add(from)
      return messageStates.some(next => mayFollow(from, next) && !seen.has(next) && reaches(next, seen))
    }
    for (const state of messageStates) expect(reaches(state), state).toBe(true)
  })

  test('refuses what belongs elsewhere', () => {
    const signed = walk(['RECEIVED', 'ADMITTED', 'NONCED', 'SIGNED', 'SENDING', 'POOLED']).at(-1)!
    const nonced = walk(['RECEIVED', 'ADMITTED', 'NONCED']).at(-1)!
    const other = { ...fitting(signed, 'MINED'), messageId: sha256('another') }
    expect(() => evolve(signed, other)).toThrow('another message')
    expect(() => evolve(signed, { ...fitting(signed, 'MINED'), txHash: sha256('foreign') })).toThrow(
      'none of the attempts',
    )
    expect(() => evolve(nonced, { ...fitting(nonced, 'SIGNED'), nonce: 99 })).toThrow('nonce')
    expect(() => evolve(nonced, { ...fitting(nonced, 'SIGNED'), attempt: 2 })).toThrow('attempt 1')
    const { raw, ...unsigned } = fitting(nonced, 'SIGNED')
    expect(() => evolve(nonced, unsigned)).toThrow('lacks raw')
  })
})
