import type { Area } from '../hazard/hazard.ts'
import { distanceKm, type Place, signedDeg } from '../weather/sphere.ts'

type Ring = Area['polygons'][number]

/** Whether a place lies inside one of the area's polygons or circles. Codes are for ./within-county.ts. */
export function withinArea(place: Place, area: Area): boolean {
  return (
    area.polygons.some(ring => withinRing(place, ring)) ||
    area.circles.some(circle => distanceKm(circle, place) <= circle.radiusKm)
  )
}

/** False for an area of codes alone, which cannot be laid on a map without the issuer's zone file. */
export function hasShape(area: Area): boolean {
  return area.polygons.length > 0 || area.circles.length > 0
}

/**
 * Counts the edges that a line to the east of the place crosses: odd is inside. Either winding is right, as CAP
 * prescribes none. Longitudes are followed along the ring from its first corner, so it may cross the antimeridian, and
 * the place is then looked for in each turn of the Earth that the ring may have reached.
 */
function withinRing(place: Place, ring: Ring): boolean {
  const start = ring[0]?.[0] ?? 0
  const east = signedDeg(place.lon - start)
  return [east - 360, east, east + 360].some(x => crossings(ring, x, place.lat) % 2 === 1)
}

/** @param x degrees east of the ring's first corner */
function crossings(ring: Ring, x: number, placeLat: number): number {
  let count = 0
  let cornerX = 0
  for (const [i, [lon, lat]] of ring.entries()) {
    const [nextLon, nextLat] = ring[(i + 1) % ring.length]!
    const width = signedDeg(nextLon - lon)
    const crosses = lat > placeLat !== nextLat > placeLat
    if (crosses && cornerX + width * ((placeLat - lat) / (nextLat - lat)) > x) count += 1
    cornerX += width
  }
  return count
}
