import type { Quadrants } from '../hazard/hazard.ts'
import { degreesEast } from '../health/degrees-east.ts'
import { kmPerNm, travel } from '../weather/sphere.ts'
import type { ThreatHour } from '../weather/threat.ts'

/** East and north of a reference, degrees. */
type Point = readonly [x: number, y: number]

/** Directions in which the edge of a wind field is drawn, degrees apart. */
const stepDeg = 15

/**
 * The area that gales sweep in the hours given: the convex hull of their wind fields, as one closed ring of [lon, lat],
 * counter-clockwise, in hundredths of a degree. Null when there are no gales, or when the area crosses the antimeridian,
 * where a ring of longitudes would mean the rest of the world.
 */
export function galeSwath(hours: readonly ThreatHour[]): [number, number][] | null {
  const origin = hours[0]?.lon ?? 0
  const edge = hours.flatMap(hour => edgeOf(hour, origin))
  const ring = convexHull(edge).map(([x, y]): [number, number] => [round(origin + x), round(y)])
  if (ring.length < 3 || ring.some(([lon]) => Math.abs(lon) > 180)) return null
  return [...ring, ring[0]!]
}

function edgeOf(hour: ThreatHour, origin: number): Point[] {
  return Array.from({ length: 360 / stepDeg }, (_, i) => i * stepDeg).flatMap(bearing => {
    const radiusNm = hour.galeNm[quadrantOf(bearing)]
    if (radiusNm <= 0) return []
    const { lat, lon } = travel(hour, bearing, radiusNm * kmPerNm)
    return [[degreesEast(origin, lon), lat] as const]
  })
}

function quadrantOf(bearing: number): keyof Quadrants {
  if (bearing < 90) return 'ne'
  if (bearing < 180) return 'se'
  return bearing < 270 ? 'sw' : 'nw'
}

/** Andrew's monotone chain, counter-clockwise, its first point not repeated. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by)
  const lower = chain(sorted)
  const upper = chain(sorted.toReversed())
  return [...lower.slice(0, -1), ...upper.slice(0, -1)]
}

function chain(points: readonly Point[]): Point[] {
  const kept: Point[] = []
  for (const point of points) {
    while (kept.length > 1 && !turnsLeft(kept.at(-2)!, kept.at(-1)!, point)) kept.pop()
    kept.push(point)
  }
  return kept
}

function turnsLeft([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): boolean {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0
}

function round(degrees: number): number {
  return Math.round(degrees * 100) / 100
}
