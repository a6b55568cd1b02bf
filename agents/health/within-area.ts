import type { Area } from '../hazard/hazard.ts'
import { distanceKm, type Place } from '../weather/sphere.ts'
import { degreesEast } from './degrees-east.ts'

type Ring = Area['polygons'][number]

/** Whether a place lies inside one of the area's polygons or circles. Codes alone contain nothing: see `hasShape`. */
export function withinArea(place: Place, area: Area): boolean {
  return (
    area.polygons.some(ring => withinRing(place, ring)) ||
    area.circles.some(circle => distanceKm(circle, place) <= circle.radiusKm)
  )
}

/** An area that is known by its zone codes only cannot be laid on a map without the issuer's zone file. */
export function hasShape(area: Area): boolean {
  return area.polygons.length > 0 || area.circles.length > 0
}

/**
 * Counts the edges that a line to the east of the place crosses: odd is inside. Either winding is right, as CAP prescribes
 * none. Longitudes are taken relative to the place, so a ring may cross the antimeridian.
 */
function withinRing(place: Place, ring: Ring): boolean {
  let inside = false
  for (const [i, [lon, lat]] of ring.entries()) {
    const [nextLon, nextLat] = ring[(i + 1) % ring.length]!
    if (lat > place.lat === nextLat > place.lat) continue
    const x = degreesEast(place.lon, lon)
    const crossing = x + degreesEast(lon, nextLon) * ((place.lat - lat) / (nextLat - lat))
    if (crossing > 0) inside = !inside
  }
  return inside
}
