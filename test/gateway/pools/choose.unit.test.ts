import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseMember, type Member } from '../../../gateway/pools/choose.ts'
import type { Address } from '../../../protocol/ids.ts'

const addressOf = (number: number) => `0x${number.toString(16).padStart(40, '0')}` as Address
const members = fc
  .uniqueArray(
    fc.record({
      address: fc.integer({ min: 1, max: 1_000 }).map(addressOf),
      load: fc.integer({ min: 0, max: 50 }),
      given: fc.integer({ min: 0, max: 50 }),
      fit: fc.boolean(),
    }),
    { selector: ({ address }) => address, minLength: 1, maxLength: 8 },
  )
  .map((list): Member[] => list)
const order = fc.string({ minLength: 1 }).map(key => ({ tenant: 'consortium', key, last: null }))

describe('the key of a message', () => {
  test('is one that is fit, if any is', () => {
    fc.assert(
      fc.property(members, fc.option(order), (list, inOrder) => {
        const chosen = list.find(({ address }) => address === chooseMember(list, inOrder))!
        expect(chosen.fit || list.every(({ fit }) => !fit)).toBe(true)
      }),
    )
  })

  test('has the least to do, and among equals was given the fewest', () => {
    fc.assert(
      fc.property(members, list => {
        const fit = list.map(member => ({ ...member, fit: true }))
        const { load, given } = fit.find(({ address }) => address === chooseMember(fit, null))!
        for (const other of fit) {
          expect(other.load > load || (other.load === load && other.given >= given)).toBe(true)
        }
      }),
    )
  })

  test('is the one that has its order, as long as that is fit', () => {
    fc.assert(
      fc.property(members, order, fc.nat(), (list, inOrder, pick) => {
        const last = list[pick % list.length]!
        const chosen = chooseMember(list, { ...inOrder, last: last.address })
        if (last.fit || list.every(({ fit }) => !fit)) expect(chosen).toBe(last.address)
      }),
    )
  })

  test('follows from order and keys alone, whoever asks and whatever there is to do', () => {
    fc.assert(
      fc.property(members, order, (list, inOrder) => {
        const shuffled = list.toReversed().map(member => ({ ...member, load: member.load + 7, given: 0 }))
        expect(chooseMember(shuffled, inOrder)).toBe(chooseMember(list, inOrder))
      }),
    )
  })

  test('stays when another key leaves', () => {
    fc.assert(
      fc.property(members, order, fc.nat(), (list, inOrder, pick) => {
        const fit = list.map(member => ({ ...member, fit: true }))
        const chosen = chooseMember(fit, inOrder)
        const leaving = fit[pick % fit.length]!.address
        fc.pre(leaving !== chosen)
        expect(
          chooseMember(
            fit.map(each => ({ ...each, fit: each.address !== leaving })),
            inOrder,
          ),
        ).toBe(chosen)
      }),
    )
  })

  test('differs between orders, so that they are shared out', () => {
    const list = [1, 2, 3].map(number => ({ address: addressOf(number), load: 0, given: 0, fit: true }))
    const counts = new Map<Address, number>()
    for (let number = 0; number < 300; number += 1) {
      const chosen = chooseMember(list, { tenant: 'consortium', key: `task ${number}`, last: null })
      counts.set(chosen, (counts.get(chosen) ?? 0) + 1)
    }
    expect([...counts.values()].every(count => count > 60)).toBe(true)
    expect(counts.size).toBe(3)
  })
})
