import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNonces, type Nonces } from '../../gateway/nonces.ts'

const signer = `0x${'1'.repeat(40)}` as const

function noncesFrom(count: number, taken: readonly number[] = []): Nonces {
  const nonces = createNonces()
  nonces.begin(signer, count, new Set(taken))
  return nonces
}

describe('nonces', () => {
  test('go on from the chain, one by one', () => {
    const nonces = noncesFrom(7)
    expect([nonces.take(signer), nonces.take(signer), nonces.take(signer)]).toEqual([7, 8, 9])
  })

  test('fill the lowest gap first', () => {
    const nonces = noncesFrom(3, [4, 7])
    expect(nonces.gaps(signer)).toEqual([3, 5, 6])
    expect(Array.from({ length: 5 }, () => nonces.take(signer))).toEqual([3, 5, 6, 8, 9])
    expect(nonces.gaps(signer)).toEqual([])
  })

  test('may be asked for above another: gaps below stay, and what another gateway gave out meanwhile is passed', () => {
    const nonces = noncesFrom(3, [4, 6])
    expect(nonces.take(signer, 4)).toBe(5)
    expect(nonces.gaps(signer)).toEqual([3])
    expect(nonces.take(signer, 9)).toBe(10)
    expect(nonces.gaps(signer)).toEqual([3, 7, 8])
  })

  test('are two in a row where a transaction uses two, whatever gaps there are', () => {
    const nonces = noncesFrom(3, [4])
    expect(nonces.takeTwo(signer)).toBe(5)
    expect([nonces.take(signer), nonces.take(signer)]).toEqual([3, 7])
    nonces.giveBack(signer, 6)
    nonces.giveBack(signer, 5)
    expect(nonces.gaps(signer)).toEqual([5, 6])
  })

  test('skip what a foreign transaction has used', () => {
    const nonces = noncesFrom(3, [6])
    nonces.raise(signer, 5)
    expect([nonces.take(signer), nonces.take(signer)]).toEqual([5, 7])
    nonces.raise(signer, 20)
    expect(nonces.take(signer)).toBe(20)
  })

  test('what was begun anew while one was out has that one already: it is not out twice when it is given back', () => {
    const nonces = noncesFrom(3)
    const out = nonces.take(signer)
    nonces.begin(signer, 3, new Set())
    nonces.giveBack(signer, out)
    expect([nonces.take(signer), nonces.take(signer)]).toEqual([3, 4])
    nonces.begin(signer, 9, new Set())
    nonces.giveBack(signer, 4)
    expect([nonces.take(signer), nonces.take(signer)]).toEqual([9, 10])
  })

  test('are of signers that this gateway numbers for', () => {
    expect(() => createNonces().take(signer)).toThrow(RangeError)
  })

  test('whatever is taken and given back, none is out twice, and what is out with the gaps leaves no hole', () => {
    const action = fc.oneof(fc.constant('take' as const), fc.nat({ max: 20 }))
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.uniqueArray(fc.nat({ max: 12 })), fc.array(action), (count, held, actions) => {
        const taken = held.map(nonce => nonce + count)
        const nonces = noncesFrom(count, taken)
        const out = new Set(taken)
        for (const each of actions) {
          if (each === 'take') {
            const nonce = nonces.take(signer)
            expect(out.has(nonce)).toBe(false)
            out.add(nonce)
          } else {
            const nonce = [...out].filter(some => !taken.includes(some))[each]
            if (nonce === undefined) continue
            out.delete(nonce)
            nonces.giveBack(signer, nonce)
          }
        }
        const all = [...out, ...nonces.gaps(signer)].sort((a, b) => a - b)
        expect(all).toEqual(Array.from({ length: all.length }, (_, index) => count + index))
      }),
    )
  })
})
