import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { borrow, fillPool, type Pool } from '../../../agents/transport/pool.ts'

describe('a pool of vehicles', () => {
  it('keeps its vehicles, its order, and one lot an hour, whatever is borrowed', () => {
    const step = fc.record({ take: fc.nat(100), hours: fc.integer({ min: 0, max: 12 }) })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(step, { maxLength: 30 }), (size, steps) => {
        let pool: Pool = fillPool(size, 2)
        for (const { take, hours } of steps) {
          const count = 1 + (take % pool[0]!.count)
          pool = borrow(pool, count, pool[0]!.freeHour + hours)
          const hoursFree = pool.map(({ freeHour }) => freeHour)
          expect(pool.reduce((sum, lot) => sum + lot.count, 0)).toBe(size)
          expect(hoursFree).toEqual([...new Set(hoursFree)].sort((a, b) => a - b))
          expect(pool.every(lot => lot.count > 0)).toBe(true)
        }
      }),
    )
  })

  it('lends no more than its earliest lot has', () => {
    const pool = borrow(fillPool(3, 2), 1, 5)
    expect(() => borrow(pool, 3, 9)).toThrow(RangeError)
    expect(() => borrow(fillPool(0, 2), 1, 9)).toThrow(RangeError)
  })
})
