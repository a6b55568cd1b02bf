import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Area } from '../../../agents/hazard/hazard.ts'
import { hasShape, withinArea } from '../../../agents/health/within-area.ts'

const area = (parts: Partial<Area>): Area => ({ description: '', polygons: [], circles: [], codes: [], ...parts })
const square = (west: number, east: number): Area['polygons'][number] => [
  [west, 10],
  [east, 10],
  [east, 20],
  [west, 20],
  [west, 10],
]

describe('whether a place lies within an area', () => {
  it('is the same for either winding of the ring, closed or not', () => {
    const ring = square(-95, -85)
    for (const variant of [ring, ring.toReversed(), ring.slice(0, -1)]) {
      expect(withinArea({ lat: 15, lon: -90 }, area({ polygons: [variant] }))).toBe(true)
      expect(withinArea({ lat: 15, lon: -96 }, area({ polygons: [variant] }))).toBe(false)
      expect(withinArea({ lat: 21, lon: -90 }, area({ polygons: [variant] }))).toBe(false)
    }
  })

  it('is what the bounds of a rectangle say, wherever it lies', () => {
    const degrees = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(degrees(-180, 180), degrees(-180, 180), degrees(-90, 90), (west, lon, lat) => {
        const east = (((lon - west) % 360) + 360) % 360
        const onEdge = [east, east - 20, east - 360, lat - 10, lat - 20].some(gap => Math.abs(gap) < 1e-6)
        const ring = square(west, west + 20 > 180 ? west - 340 : west + 20)
        return onEdge || withinArea({ lat, lon }, area({ polygons: [ring] })) === (east < 20 && lat > 10 && lat < 20)
      }),
    )
  })

  it('is right for a ring across the antimeridian', () => {
    const ring = area({ polygons: [square(170, -170)] })
    expect(withinArea({ lat: 15, lon: 175 }, ring)).toBe(true)
    expect(withinArea({ lat: 15, lon: -175 }, ring)).toBe(true)
    expect(withinArea({ lat: 15, lon: 160 }, ring)).toBe(false)
    expect(withinArea({ lat: 15, lon: 0 }, ring)).toBe(false)
  })

  it('holds for a circle up to its radius in kilometres', () => {
    // A degree of latitude is 111.19 km on this sphere.
    const circle = area({ circles: [{ lat: 30, lon: -90, radiusKm: 111.2 }] })
    expect(withinArea({ lat: 31, lon: -90 }, circle)).toBe(true)
    expect(withinArea({ lat: 31.01, lon: -90 }, circle)).toBe(false)
  })

  it('is never so of codes alone, which have no shape', () => {
    const codes = area({ codes: [{ system: 'UGC', code: 'AKZ185' }] })
    expect(hasShape(codes)).toBe(false)
    expect(withinArea({ lat: 53, lon: -168 }, codes)).toBe(false)
    expect(hasShape(area({ circles: [{ lat: 0, lon: 0, radiusKm: 1 }] }))).toBe(true)
  })
})
