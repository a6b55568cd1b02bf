import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearingDeg, between, distanceKm, signedDeg, travel } from '../../../agents/weather/sphere.ts'

const place = fc.record({
  lat: fc.double({ min: -75, max: 75, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
})

describe('great circles', () => {
  it('are as long as known: New Orleans to Miami, 1,077 km', () => {
    expect(distanceKm({ lat: 29.95, lon: -90.07 }, { lat: 25.76, lon: -80.19 })).toBeCloseTo(1077, -1)
  })

  it('lead where they start from, bearing and distance given back', () => {
    fc.assert(
      fc.property(
        place,
        fc.double({ min: 0, max: 359.9, noNaN: true }),
        fc.double({ min: 1, max: 2000, noNaN: true }),
        (from, deg, km) => {
          const to = travel(from, deg, km)
          expect(distanceKm(from, to)).toBeCloseTo(km, 5)
          expect(Math.abs(signedDeg(bearingDeg(from, to) - deg))).toBeLessThan(1e-3)
        },
      ),
    )
  })

  it('cross the date line', () => {
    const to = travel({ lat: 0, lon: 179.5 }, 90, 111.2)
    expect(to.lon).toBeCloseTo(-179.5, 2)
    expect(Math.abs(between({ lat: 0, lon: 179.5 }, to, 0.5).lon)).toBeCloseTo(180, 2)
  })
})

describe('a signed angle', () => {
  it.each([
    [0, 0],
    [179, 179],
    [180, -180],
    [190, -170],
    [-190, 170],
    [359, -1],
    [-540, -180],
    [725, 5],
  ])('of %d° is %d°', (angle, turn) => {
    expect(signedDeg(angle)).toBe(turn)
  })
})
