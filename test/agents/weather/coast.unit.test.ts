import { describe, expect, it } from 'vitest'
import { isLand, kmToLand } from '../../../agents/weather/coast.ts'

const baton_rouge = { lat: 30.45, lon: -91.19 }
const middleOfGulf = { lat: 25.5, lon: -90 }

describe('the coast of the United States', () => {
  it('has its cities on land and the Gulf at sea', () => {
    expect(isLand(baton_rouge)).toBe(true)
    expect(isLand({ lat: 21.31, lon: -157.86 })).toBe(true)
    expect(isLand(middleOfGulf)).toBe(false)
    expect(isLand({ lat: 29.3, lon: -94.5 })).toBe(false)
  })

  it('does not know the land of others', () => {
    expect(isLand({ lat: 23.11, lon: -82.37 })).toBe(false)
  })

  it('is 0 km away on land, and 393 km from Katrina at noon on 28 August 2005', () => {
    expect(kmToLand(baton_rouge)).toBe(0)
    expect(kmToLand({ lat: 25.7, lon: -87.7 })).toBeCloseTo(393, -1)
  })

  it('is 120 km from a place a hundred and twenty off Galveston', () => {
    expect(kmToLand({ lat: 28.3, lon: -94.4 })).toBeGreaterThan(80)
    expect(kmToLand({ lat: 28.3, lon: -94.4 })).toBeLessThan(125)
  })
})
