import type { Area } from '../hazard/hazard.ts'

/**
 * The parts of an alert's areas that a map can show: rings that are closed, have three corners and lie on Earth, and
 * circles that do. What is dropped here the hazard's reader has already reported.
 */
export function usableAreas(areas: readonly Area[]): Area[] {
  return areas.map(area => ({
    ...area,
    polygons: area.polygons.filter(isRing),
    circles: area.circles.filter(({ lat, lon, radiusKm }) => isOnEarth([lon, lat]) && radiusKm >= 0),
  }))
}

function isRing(ring: Area['polygons'][number]): boolean {
  const [first, last] = [ring[0], ring.at(-1)]
  if (ring.length < 4 || !first || !last) return false
  return first[0] === last[0] && first[1] === last[1] && ring.every(isOnEarth)
}

function isOnEarth([lon, lat]: readonly [number, number]): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180
}
