import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { feature } from 'topojson-client'
import { distanceKm, type Place } from './sphere.ts'

/**
 * The coast of the United States and its territories: `us-atlas` 3 (U.S. Census Bureau cartographic boundaries, 1:10m,
 * 2017 edition, public domain). Land of other countries is sea here, so a landfall in Cuba or Mexico is not seen.
 */
type Corner = readonly [lon: number, lat: number]

interface Island {
  readonly ring: readonly Corner[]
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

let islands: readonly Island[] | undefined

/** Whether a place is on land of the atlas (even-odd rule in the plane of degrees). */
export function isLand(place: Place): boolean {
  return land().some(island => contains(island, place))
}

/** Kilometres to the nearest point of the coast; 0 on land. */
export function kmToLand(place: Place): number {
  if (isLand(place)) return 0
  let nearestKm = Number.POSITIVE_INFINITY
  for (const { ring } of land())
    for (let i = 1; i < ring.length; i++) nearestKm = Math.min(nearestKm, kmToEdge(place, ring[i - 1]!, ring[i]!))
  return nearestKm
}

/** Read once, on first use: 10 ms that an agent which never sees a hazard need not pay. */
function land(): readonly Island[] {
  islands ??= readIslands()
  return islands
}

function readIslands(): Island[] {
  const path = createRequire(import.meta.url).resolve('us-atlas/nation-10m.json')
  const topology = JSON.parse(readFileSync(path, 'utf8')) as Parameters<typeof feature>[0]
  const nation = feature(topology, topology.objects.nation!)
  const shapes = nation.type === 'FeatureCollection' ? nation.features : [nation]
  const rings = shapes.flatMap(({ geometry }) => {
    if (geometry.type === 'Polygon') return geometry.coordinates
    return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : []
  }) as unknown as Corner[][]
  return rings.map(ring => {
    const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)]
    return {
      ring,
      west: Math.min(...lons),
      east: Math.max(...lons),
      south: Math.min(...lats),
      north: Math.max(...lats),
    }
  })
}

function contains({ ring, west, east, south, north }: Island, { lat, lon }: Place): boolean {
  if (lon < west || lon > east || lat < south || lat > north) return false
  let inside = false
  // The innermost loop of a forecast: no destructuring until an edge is known to pass the latitude.
  for (let i = 1; i < ring.length; i++) {
    if (ring[i - 1]![1] > lat === ring[i]![1] > lat) continue
    const [[x1, y1], [x2, y2]] = [ring[i - 1]!, ring[i]!]
    if (lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside
  }
  return inside
}

/** The nearest point of an edge is found in the plane, longitudes shrunk by latitude, then measured on the sphere. */
function kmToEdge(place: Place, [x1, y1]: Corner, [x2, y2]: Corner): number {
  const shrink = Math.cos((place.lat * Math.PI) / 180)
  const [dx, dy] = [(x2 - x1) * shrink, y2 - y1]
  const [px, py] = [(place.lon - x1) * shrink, place.lat - y1]
  const share = dx === 0 && dy === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy)))
  return distanceKm(place, { lat: y1 + share * (y2 - y1), lon: x1 + share * (x2 - x1) })
}
