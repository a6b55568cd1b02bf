import { describe, expect, it } from 'vitest'
import { hourByHour, windArrival } from '../../../agents/health/wind-arrival.ts'
import type { ThreatHour } from '../../../agents/weather/threat.ts'

const none = { ne: 0, se: 0, sw: 0, nw: 0 }
const all = (nm: number) => ({ ne: nm, se: nm, sw: nm, nw: nm })
const at = (hour: number, lat: number, lon: number, parts: Partial<ThreatHour> = {}): ThreatHour => ({
  hour,
  lat,
  lon,
  windKt: 80,
  galeNm: all(60),
  hurricaneNm: none,
  ...parts,
})

describe('the hours at which winds arrive', () => {
  it('come between the hours that the agency gave: a storm moving 1° an hour, gales 60 nm about it', () => {
    const field = hourByHour([at(0, 20, -90), at(6, 26, -90)])
    expect(field.map(({ hour, lat }) => [hour, lat])).toEqual([0, 1, 2, 3, 4, 5, 6].map(hour => [hour, 20 + hour]))
    // A degree of latitude is 60.04 nm on this sphere.
    expect(windArrival({ lat: 24.99, lon: -90 }, field)).toEqual({ galeHour: 4, hurricaneHour: null })
  })

  it('do not depend on the order of the hours given', () => {
    const hours = [at(0, 20, -90), at(3, 23, -90), at(6, 26, -90)]
    expect(hourByHour(hours.toReversed())).toEqual(hourByHour(hours))
  })

  it('are told for hurricane-force winds apart', () => {
    const field = hourByHour([at(0, 20, -90, { hurricaneNm: all(10) }), at(6, 26, -90, { hurricaneNm: all(10) })])
    expect(windArrival({ lat: 25, lon: -90 }, field)).toEqual({ galeHour: 5, hurricaneHour: 5 })
    expect(windArrival({ lat: 25, lon: -89.2 }, field)).toEqual({ galeHour: 5, hurricaneHour: null })
  })

  it.each([
    ['ne', 20.5, -89.5],
    ['se', 19.5, -89.5],
    ['sw', 19.5, -90.5],
    ['nw', 20.5, -90.5],
  ])('read the radius of the quadrant %s', (quadrant, lat, lon) => {
    const only = hourByHour([at(0, 20, -90, { galeNm: { ...none, [quadrant]: 60 } })])
    const others = hourByHour([at(0, 20, -90, { galeNm: { ...all(60), [quadrant]: 0 } })])
    expect(windArrival({ lat, lon }, only).galeHour).toBe(0)
    expect(windArrival({ lat, lon }, others).galeHour).toBeNull()
  })

  it('are right across the antimeridian', () => {
    const field = hourByHour([at(0, 0, 178), at(4, 0, -178)])
    expect(field.map(({ lon }) => ((lon + 540) % 360) - 180)).toEqual([178, 179, -180, -179, -178])
    expect(windArrival({ lat: 0.1, lon: -178.5 }, field).galeHour).toBe(3)
  })

  it('are none where there is no wind field, nor where its radii are 0', () => {
    expect(windArrival({ lat: 0, lon: 0 }, hourByHour([]))).toEqual({ galeHour: null, hurricaneHour: null })
    expect(windArrival({ lat: 20, lon: -90 }, hourByHour([at(0, 20, -90, { galeNm: none })])).galeHour).toBeNull()
  })
})
