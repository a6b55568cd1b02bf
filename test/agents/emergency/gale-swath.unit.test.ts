import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { galeSwath } from '../../../agents/emergency/gale-swath.ts'
import { withinArea } from '../../../agents/health/within-area.ts'
import { kmPerNm, travel } from '../../../agents/weather/sphere.ts'
import type { ThreatHour } from '../../../agents/weather/threat.ts'

const all = (nm: number) => ({ ne: nm, se: nm, sw: nm, nw: nm })
const at = (hour: number, lat: number, lon: number, nm: number): ThreatHour => ({
  ...{ hour, lat, lon, windKt: 50 },
  galeNm: all(nm),
  hurricaneNm: all(0),
})

const radius = fc.integer({ min: 1, max: 300 })

const track = fc
  .array(
    fc.record({
      lat: fc.integer({ min: 10, max: 45 }),
      lon: fc.integer({ min: -100, max: -60 }),
      nm: fc.tuple(radius, radius, radius, radius),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map(places =>
    places.map(({ lat, lon, nm: [ne, se, sw, nw] }, hour) => ({
      ...at(hour * 3, lat, lon, 0),
      galeNm: { ne, se, sw, nw },
    })),
  )

describe('the area that gales sweep', () => {
  it('is a closed ring, counter-clockwise, that holds the wind field of every hour', () => {
    fc.assert(
      fc.property(track, fc.nat(359), (hours, bearing) => {
        const ring = galeSwath(hours)!
        expect(ring.length).toBeGreaterThanOrEqual(4)
        expect(ring[0]).toEqual(ring.at(-1))
        expect(signedArea(ring)).toBeGreaterThan(0)
        const area = { description: '', polygons: [ring], circles: [], codes: [] }
        for (const hour of hours) {
          const inner = travel(hour, bearing, hour.galeNm[quadrantAt(bearing)] * kmPerNm)
          expect(withinArea(inner, area)).toBe(true)
        }
      }),
    )
  })

  it('is none without gales', () => {
    expect(galeSwath([])).toBeNull()
    expect(galeSwath([at(0, 20, -90, 0)])).toBeNull()
  })

  it('is none across the antimeridian, where a ring would mean the rest of the world', () => {
    expect(galeSwath([at(0, 20, 179, 120)])).toBeNull()
    expect(galeSwath([at(0, 20, 170, 120)])).not.toBeNull()
  })
})

function quadrantAt(bearing: number) {
  return (['ne', 'se', 'sw', 'nw'] as const)[Math.floor(bearing / 90)]!
}

function signedArea(ring: readonly [number, number][]): number {
  return ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0)
}
