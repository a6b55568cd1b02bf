import type { Fix } from '../hazard/hazard.ts'
import { bearingDeg, between, distanceKm, type Place, signedDeg } from './sphere.ts'

export const hourMs = 3_600_000

/** How a storm was moving when it was last seen. */
export interface Motion {
  readonly atMs: number
  readonly place: Place
  readonly speedKmh: number
  readonly headingDeg: number
  /** Change of heading, degrees an hour, right positive. */
  readonly turnDegPerH: number
  readonly windKt: number
}

/**
 * Long enough to smooth the tenth of a degree to which fixes are given, short enough to be of today's steering flow.
 */
const spanH = 12
/** Beyond this a turn is scatter of slow storms' fixes, not motion. */
const sharpestTurnDegPerH = 3

/**
 * Motion over the last 12 h of fixes against the 12 h before; a shorter track gives what it has, without a turn.
 * @param fixes oldest first, at least two, with at least one wind
 */
export function recentMotion(fixes: readonly Fix[]): Motion {
  const [first, last] = [fixes[0]!, fixes.at(-1)!]
  const [firstMs, atMs] = [Date.parse(first.at), Date.parse(last.at)]
  const backMs = Math.max(firstMs, atMs - spanH * hourMs)
  const earlierMs = Math.max(firstMs, atMs - 2 * spanH * hourMs)
  const [place, back, earlier] = [placeAt(fixes, atMs), placeAt(fixes, backMs), placeAt(fixes, earlierMs)]
  const headingDeg = bearingDeg(back, place)
  const turnDeg = earlierMs < backMs ? signedDeg(headingDeg - bearingDeg(earlier, back)) : 0
  return {
    atMs,
    place,
    speedKmh: distanceKm(back, place) / ((atMs - backMs) / hourMs),
    headingDeg,
    turnDegPerH: clamp(turnDeg / spanH, -sharpestTurnDegPerH, sharpestTurnDegPerH),
    windKt: fixes.findLast(fix => fix.windKt !== null)!.windKt!,
  }
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Between two fixes a storm is taken to follow the great circle at constant speed. */
function placeAt(fixes: readonly Fix[], ms: number): Place {
  const after = fixes.findIndex(fix => Date.parse(fix.at) >= ms)
  const [from, to] = [fixes[Math.max(0, after - 1)]!, fixes[after]!]
  const [fromMs, toMs] = [Date.parse(from.at), Date.parse(to.at)]
  return between(from, to, toMs === fromMs ? 1 : (ms - fromMs) / (toMs - fromMs))
}
