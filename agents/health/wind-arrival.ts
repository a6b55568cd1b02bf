import type { Quadrants } from '../hazard/hazard.ts'
import { distanceKm, kmPerNm, type Place, signedDeg } from '../weather/sphere.ts'
import type { ThreatHour } from '../weather/threat.ts'

/** A storm's wind field at one whole hour. */
export type WindHour = Pick<ThreatHour, 'hour' | 'lat' | 'lon' | 'galeNm' | 'hurricaneNm'>

export interface WindArrival {
  readonly galeHour: number | null
  readonly hurricaneHour: number | null
}

/** The wind field at every whole hour, interpolated between those that the weather agency gave. */
export function hourByHour(hours: readonly ThreatHour[]): WindHour[] {
  const given = [...hours].sort((a, b) => a.hour - b.hour)
  return given.flatMap((from, i) => {
    const to = given[i + 1]
    if (to === undefined) return [from]
    return Array.from({ length: to.hour - from.hour }, (_, step) => between(from, to, step / (to.hour - from.hour)))
  })
}

/** The first whole hours at which gale (34 kt) and hurricane (64 kt) winds reach a place; null when they do not. */
export function windArrival(place: Place, field: readonly WindHour[]): WindArrival {
  const first = (radii: 'galeNm' | 'hurricaneNm') => field.find(at => covers(at, at[radii], place))?.hour ?? null
  return { galeHour: first('galeNm'), hurricaneHour: first('hurricaneNm') }
}

/**
 * HURDAT2 gives the greatest radius in each quadrant: a place is inside when it is nearer than its quadrant's radius.
 * This is the cautious reading: winds do not fill a quadrant out to that radius everywhere.
 */
function covers(centre: Place, radiiNm: Quadrants, place: Place): boolean {
  const radiusKm = radiiNm[quadrantOf(centre, place)] * kmPerNm
  return radiusKm > 0 && distanceKm(centre, place) <= radiusKm
}

function quadrantOf(centre: Place, place: Place): keyof Quadrants {
  const east = signedDeg(place.lon - centre.lon) >= 0
  if (place.lat >= centre.lat) return east ? 'ne' : 'nw'
  return east ? 'se' : 'sw'
}

function between(from: ThreatHour, to: ThreatHour, share: number): WindHour {
  const mix = (a: number, b: number) => a + (b - a) * share
  const radii = (a: Quadrants, b: Quadrants): Quadrants => ({
    ne: mix(a.ne, b.ne),
    se: mix(a.se, b.se),
    sw: mix(a.sw, b.sw),
    nw: mix(a.nw, b.nw),
  })
  return {
    hour: Math.round(mix(from.hour, to.hour)),
    lat: mix(from.lat, to.lat),
    lon: from.lon + signedDeg(to.lon - from.lon) * share,
    galeNm: radii(from.galeNm, to.galeNm),
    hurricaneNm: radii(from.hurricaneNm, to.hurricaneNm),
  }
}
