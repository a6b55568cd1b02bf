import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Alarms } from '../../coordinator/alarms.ts'

const startMs = 1_000_000

beforeEach(() => vi.useFakeTimers({ now: startMs }))
afterEach(() => vi.useRealTimers())

describe('alarms', () => {
  it('ring once each, at their time or within a tick of it, whatever was set, moved and cleared before', () => {
    const deed = fc.record({
      key: fc.integer({ min: 0, max: 20 }),
      inMs: fc.option(fc.integer({ min: -500, max: 3_000 }), { freq: 4, nil: null }),
      thenMs: fc.integer({ min: 0, max: 200 }),
    })
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), deeds => {
        const due = new Map<number, number>()
        const alarms = new Alarms<number>(key => {
          expect(due.has(key)).toBe(true)
          expect(Date.now()).toBeGreaterThanOrEqual(due.get(key)!)
          expect(Date.now() - due.get(key)!).toBeLessThanOrEqual(40)
          due.delete(key)
        })
        for (const { key, inMs, thenMs } of deeds) {
          if (inMs === null) {
            alarms.clear(key)
            due.delete(key)
          } else {
            alarms.set(key, Date.now() + inMs)
            due.set(key, Date.now() + Math.max(inMs, 0))
          }
          expect(alarms.has(key)).toBe(due.has(key))
          vi.advanceTimersByTime(thenMs)
        }
        vi.advanceTimersByTime(3_100)
        alarms.stop()
        expect([...due.keys()]).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('go by a clock that was set back', () => {
    const rung: string[] = []
    const alarms = new Alarms<string>(key => rung.push(key))
    alarms.set('old', startMs + 5_000)
    alarms.set('due', startMs)
    vi.setSystemTime(startMs - 3_600_000)
    vi.advanceTimersByTime(60)
    expect(rung).toEqual(['due'])
    alarms.set('new', Date.now() + 500)
    vi.advanceTimersByTime(600)
    expect(rung).toEqual(['due', 'new'])
    vi.setSystemTime(startMs + 5_000)
    vi.advanceTimersByTime(40)
    alarms.stop()
    expect(rung).toEqual(['due', 'new', 'old'])
  })

  it('ring in their order, and soon, when the clock is set forward by decades', () => {
    const rung: string[] = []
    const alarms = new Alarms<string>(key => {
      rung.push(key)
      if (key === 'a' && rung.length < 4) alarms.set('a', Date.now() - 1_000)
    })
    alarms.set('b', startMs + 20_000)
    alarms.set('a', startMs + 10_000)
    vi.setSystemTime(startMs + 1_800_000_000_000)
    vi.advanceTimersByTime(20)
    expect(rung).toEqual(['a', 'b'])
    vi.advanceTimersByTime(200)
    alarms.stop()
    expect(rung).toEqual(['a', 'b', 'a', 'a'])
  })

  it('that are set again while they ring, ring again', () => {
    let rings = 0
    const alarms = new Alarms<string>(key => {
      rings++
      if (rings < 3) alarms.set(key, Date.now() - 1_000)
    })
    alarms.set('a', Date.now())
    vi.advanceTimersByTime(200)
    alarms.stop()
    expect(rings).toBe(3)
  })
})
