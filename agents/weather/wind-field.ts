import type { Fix, Quadrants } from '../hazard/hazard.ts'
import { kmPerNm } from './sphere.ts'

/** Gale force (34 kt) and hurricane force (64 kt): the Beaufort scale's 8 and 12, and the radii that HURDAT2 gives. */
export const galeKt = 34
export const hurricaneKt = 64

/** Radii of gale and hurricane winds around a storm as last seen, with the wind and latitude they belong to. */
export interface WindField {
  readonly windKt: number
  readonly galeNm: Quadrants
  readonly hurricaneNm: Quadrants
}

/** Off-hour rows (landfall, peak) often carry no radii: those of a fix this much older still stand. */
const radiiStandMs = 12 * 3_600_000

/**
 * The last radii that the track gives. Where it gives none (all of HURDAT2 before 2004), a symmetric vortex of the last
 * wind and latitude stands in, which every agency does alike and the hazard's `unusable` reports.
 */
export function lastWindField(fixes: readonly Fix[]): WindField {
  const last = fixes.at(-1)!
  const sinceMs = Date.parse(last.at) - radiiStandMs
  const measured = fixes.findLast(fix => fix.galeNm !== null && fix.windKt !== null && Date.parse(fix.at) >= sinceMs)
  if (measured) return { windKt: measured.windKt!, galeNm: measured.galeNm!, hurricaneNm: measured.hurricaneNm ?? calm }
  const windKt = fixes.findLast(fix => fix.windKt !== null)!.windKt!
  return {
    windKt,
    galeNm: allRound(vortexRadiusNm(windKt, last.lat, galeKt)),
    hurricaneNm: allRound(vortexRadiusNm(windKt, last.lat, hurricaneKt)),
  }
}

/**
 * The field when the storm's wind has become `windKt`. Radii persist while it holds or grows. When it falls they shrink
 * in step to nothing at the wind that they bound, so that forecasts that differ a little in wind differ a little in
 * area. A storm that grows to gale or hurricane force gets the radii of a mean vortex.
 */
export function windFieldAt(
  last: WindField,
  windKt: number,
  lat: number,
): { galeNm: Quadrants; hurricaneNm: Quadrants } {
  const field = (radii: Quadrants, thresholdKt: number): Quadrants => {
    if (windKt <= thresholdKt) return calm
    if (last.windKt <= thresholdKt) return allRound(Math.round(vortexRadiusNm(windKt, lat, thresholdKt)))
    return scale(radii, Math.min(1, (windKt - thresholdKt) / (last.windKt - thresholdKt)))
  }
  return { galeNm: field(last.galeNm, galeKt), hurricaneNm: field(last.hurricaneNm, hurricaneKt) }
}

/**
 * Where the wind of a mean vortex falls to `thresholdKt`, nautical miles: Knaff and Zehr 2007 (Wea. Forecasting 22,
 * 71-88, eq. 4), fitted to Atlantic aircraft data: radius of maximum wind in km and decay exponent by wind and
 * latitude.
 */
function vortexRadiusNm(windKt: number, lat: number, thresholdKt: number): number {
  if (windKt < thresholdKt) return 0
  const poleward = Math.abs(lat) - 25
  const coreKm = Math.max(10, 66.785 - 0.09102 * windKt + 1.0619 * poleward)
  const exponent = Math.max(0.3, 0.1147 + 0.0055 * windKt - 0.001 * poleward)
  return (coreKm * (windKt / thresholdKt) ** (1 / exponent)) / kmPerNm
}

function allRound(radiusNm: number): Quadrants {
  return { ne: radiusNm, se: radiusNm, sw: radiusNm, nw: radiusNm }
}

const calm: Quadrants = allRound(0)

function scale(radii: Quadrants, factor: number): Quadrants {
  const whole = (radiusNm: number) => Math.round(radiusNm * factor)
  return { ne: whole(radii.ne), se: whole(radii.se), sw: whole(radii.sw), nw: whole(radii.nw) }
}
