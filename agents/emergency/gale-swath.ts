import type { Quadrants } from '../hazard/hazard.ts'
import { kmPerNm, signedDeg, travel } from '../weather/sphere.ts'
import type { ThreatHour } from '../weather/threat.ts'

/** East and north of a reference, degrees. */
type Point = readonly [x: number, y: number]

/** Directions in which the edge of a wind field is drawn, degrees apart. */
const stepDeg = 15

/** The straight line between two directions cuts the arc: so much further out it touches it instead. */
const outward = 1 / Math.cos((stepDeg / 2) * (Math.PI / 180))

/** What rounding to a hundredth of a degree may take away. */
const roundingKm = 1

/**
 * The area that gales sweep in the hours given: the convex hull of their wind fields, as one closed ring of [lon, lat],
 * counter-clockwise, in hundredths of a degree. Null when there are no gales, or when it crosses the antimeridian,
 * where a ring of longitudes would mean the rest of the world.
 */
export function galeSwath(hours: readonly ThreatHour[]): [number, number][] | null {
  const origin = hours[0]?.lon ?? 0
  const edge = hours.flatMap(hour => edgeOf(hour, origin))
  const ring = convexHull(edge).map(([x, y]): [number, number] => [round(origin + x), round(y)])
  if (ring.length < 3 || ring.some(([lon]) => Math.abs(lon) > 180)) return null
  return [...ring, ring[0]!]
}

/** Each quadrant with both of its edges: where two quadrants meet, the larger radius counts. */
function edgeOf(hour: ThreatHour, origin: number): Point[] {
  return Object.entries(quadrantsFrom).flatMap(([quadrant, fromDeg]) => {
    const radiusNm = hour.galeNm[quadrant as keyof Quadrants]
    if (radiusNm <= 0) return []
    return Array.from({ length: 90 / stepDeg + 1 }, (_, i): Point => {
      const { lat, lon } = travel(hour, fromDeg + i * stepDeg, (radiusNm * kmPerNm + roundingKm) * outward)
      return [signedDeg(lon - origin), lat]
    })
  })
}

const quadrantsFrom: Readonly<Record<keyof Quadrants, number>> = { ne: 0, se: 90, sw: 180, nw: 270 }

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
