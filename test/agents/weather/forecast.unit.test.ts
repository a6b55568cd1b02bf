import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCap } from '../../../agents/hazard/read-cap.ts'
import { blend } from '../../../agents/weather/blend.ts'
import { climatology } from '../../../agents/weather/climatology.ts'
import { forecast } from '../../../agents/weather/forecast.ts'
import { persistence } from '../../../agents/weather/persistence.ts'
import { requireThreat, threatensLand } from '../../../agents/weather/require-threat.ts'
import { distanceKm } from '../../../agents/weather/sphere.ts'
import { Threat } from '../../../agents/weather/threat.ts'
import { now, stormAt } from './storms.ts'

const methods = [persistence, climatology, blend]
const alert = () =>
  readCap(readFileSync(new URL('../hazard/cap/canada_signed.cap', import.meta.url)), { at: 'sent', now })

describe.each(methods)('a forecast by $name', method => {
  it('tells every three hours to 72, starts at the last fix, and is of the schema', () => {
    const hazard = stormAt('katrina', '2005-08-28T12:00Z')
    const threat = Threat.parse(forecast(hazard, method))
    expect(threat.hours.map(({ hour }) => hour)).toEqual(Array.from({ length: 25 }, (_, i) => i * 3))
    expect(threat.hours[0]).toMatchObject({ lat: 25.7, lon: -87.7, windKt: 145, galeNm: { ne: 180 } })
    expect(threat.peakWindKt).toBeGreaterThanOrEqual(145)
  })

  it('brings Katrina to Louisiana and Ike to Texas, within a day of the hour that it came true', () => {
    const katrina = forecast(stormAt('katrina', '2005-08-28T12:00Z'), method).landfall!
    const ike = forecast(stormAt('ike', '2008-09-12T12:00Z'), method).landfall!
    expect(distanceKm(katrina, { lat: 29.3, lon: -89.6 })).toBeLessThan(400)
    expect(Math.abs(katrina.hour - 23.2)).toBeLessThan(24)
    expect(distanceKm(ike, { lat: 29.3, lon: -94.7 })).toBeLessThan(200)
    expect(Math.abs(ike.hour - 19)).toBeLessThan(6)
  })

  it('weakens a storm after it has come ashore', () => {
    const { landfall, hours } = forecast(stormAt('ike', '2008-09-13T06:00Z'), method)
    expect(landfall!.hour).toBeLessThan(2)
    expect(hours.find(({ hour }) => hour === 12)!.windKt).toBeLessThan(60)
  })

  it('goes on from where the storm must be when it was last seen some hours ago', () => {
    const [seen, later] = ['2005-08-28T12:00Z', '2005-08-28T15:00Z'].map(at => forecast(stormAt('katrina', at), method))
    const moved = later!.hours[0]!
    expect(distanceKm(moved, seen!.hours[1]!)).toBeLessThan(2)
    expect(later!.landfall!.hour).toBeCloseTo(seen!.landfall!.hour - 3, 0)
  })

  it('is the same, byte for byte, when it is made again', () => {
    const make = () => JSON.stringify(forecast(stormAt('sandy', '2012-10-28T12:00Z'), method))
    expect(make()).toBe(make())
  })

  it('passes the areas of an alert, which it cannot better', () => {
    expect(forecast(alert(), method)).toMatchObject({
      landfall: null,
      peakWindKt: null,
      hours: [],
      areas: alert().areas,
    })
  })

  it('drops from an alert the rings that no map can show', () => {
    const hazard = alert()
    const [area] = hazard.areas
    const open = area!.polygons[0]!.slice(1)
    const offEarth: [number, number][] = [
      [0, 91],
      [1, 91],
      [1, 92],
      [0, 91],
    ]
    const broken = { ...hazard, areas: [{ ...area!, polygons: [...area!.polygons, open, offEarth] }] }
    expect(forecast(broken, method).areas[0]!.polygons).toEqual(area!.polygons)
  })
})

describe('climatology', () => {
  it('does not see the year of the storm itself', () => {
    const hazard = stormAt('katrina', '2005-08-28T12:00Z')
    const inYear = (year: string) => hazard.fixes.map(fix => ({ ...fix, at: fix.at.replace('2005', year) }))
    const [elsewhen, in1985] = ['2005', '1985'].map(year => climatology.course(inYear(year!), 72).at(-1)!.place)
    expect(distanceKm(elsewhen!, in1985!)).toBeGreaterThan(50)
  })
})

describe('whether a storm threatens land', () => {
  it('is seen for storms on their way, and for every alert', () => {
    for (const method of methods) {
      expect(threatensLand(stormAt('katrina', '2005-08-28T12:00Z'), method)).toBe(true)
      expect(threatensLand(alert(), method)).toBe(true)
    }
    expect(() => requireThreat(stormAt('ike', '2008-09-12T12:00Z'))).not.toThrow()
  })

  it.each([
    ['far out at sea', 'ike', '2008-09-03T00:00Z'],
    ['dissipating inland', 'katrina', '2005-08-30T18:00Z'],
  ] as const)('is refused for one %s', (_, name, at) => {
    expect(() => requireThreat(stormAt(name, at))).toThrow(expect.objectContaining({ code: 'TRACK_NO_THREAT' }))
  })
})
