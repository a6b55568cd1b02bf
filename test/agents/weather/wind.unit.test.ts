import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossCoast, decayInland } from '../../../agents/weather/inland-decay.ts'
import { lastWindField, windFieldAt } from '../../../agents/weather/wind-field.ts'
import { stormAt } from './storms.ts'

const sumOf = (radii: object) => Object.values(radii).reduce((sum: number, radiusNm: number) => sum + radiusNm, 0)

describe('decay over land (Kaplan and DeMaria)', () => {
  it('gives the published curve: 100 kt at the coast is 67 kt six hours inland and 47 kt after twelve', () => {
    const inland = crossCoast(100, 'to-land')
    expect(inland).toBe(90)
    expect(decayInland(inland, 30, 6)).toBeCloseTo(26.7 + 63.3 * Math.exp(-0.57), 6)
    expect(decayInland(inland, 30, 12)).toBeCloseTo(46.9, 0)
  })

  it('takes the same hours in one step or in many', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 165, noNaN: true }), fc.integer({ min: 1, max: 24 }), (windKt, hours) => {
        let step = windKt
        for (let hour = 0; hour < hours; hour++) step = decayInland(step, 31, 1)
        expect(step).toBeCloseTo(decayInland(windKt, 31, hours), 6)
        expect(step).toBeLessThanOrEqual(windKt)
      }),
    )
  })
})

describe('the wind field', () => {
  const katrina = lastWindField(stormAt('katrina', '2005-08-28T12:00Z').fixes)

  it('persists while the wind holds, and is the one of the last fix', () => {
    expect(windFieldAt(katrina, 145, 26)).toEqual({
      galeNm: { ne: 180, se: 180, sw: 125, nw: 140 },
      hurricaneNm: { ne: 90, se: 90, sw: 50, nw: 75 },
    })
    expect(windFieldAt(katrina, 160, 26)).toEqual(windFieldAt(katrina, 145, 26))
  })

  it('shrinks as the wind falls, and is gone at the wind that bounds it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 145 }), fc.integer({ min: 0, max: 145 }), (a, b) => {
        const [weak, strong] = [windFieldAt(katrina, Math.min(a, b), 30), windFieldAt(katrina, Math.max(a, b), 30)]
        expect(sumOf(weak.galeNm)).toBeLessThanOrEqual(sumOf(strong.galeNm))
        expect(sumOf(weak.hurricaneNm)).toBeLessThanOrEqual(sumOf(strong.hurricaneNm))
      }),
    )
    expect(sumOf(windFieldAt(katrina, 64, 30).hurricaneNm)).toBe(0)
    expect(sumOf(windFieldAt(katrina, 34, 30).galeNm)).toBe(0)
  })

  it('stands on the fix before where a landfall row gives no radii', () => {
    const { fixes } = stormAt('katrina', '2005-08-29T11:10Z')
    expect(fixes.at(-1)!.galeNm).toBeNull()
    expect(lastWindField(fixes).galeNm).toEqual({ ne: 200, se: 200, sw: 150, nw: 150 })
  })

  it('is that of a mean vortex for a storm without radii: for 145 kt at 25.7°N within 40 nm of those measured', () => {
    const fixes = stormAt('katrina', '2005-08-28T12:00Z').fixes.map(fix => ({
      ...fix,
      galeNm: null,
      hurricaneNm: null,
    }))
    const { galeNm, hurricaneNm } = lastWindField(fixes)
    expect(Math.abs(galeNm.ne - 156)).toBeLessThan(40)
    expect(Math.abs(hurricaneNm.ne - 76)).toBeLessThan(40)
  })

  it('comes with a storm that grows to gale or hurricane force', () => {
    const depression = lastWindField(stormAt('katrina', '2005-08-24T00:00Z').fixes)
    expect(sumOf(windFieldAt(depression, 30, 25).galeNm)).toBe(0)
    expect(sumOf(windFieldAt(depression, 70, 25).galeNm)).toBeGreaterThan(200)
    expect(sumOf(windFieldAt(depression, 70, 25).hurricaneNm)).toBeGreaterThan(40)
  })
})
