import { kmToLand } from '../weather/coast.ts'
import { recentMotion } from '../weather/recent-motion.ts'
import { kmPerNm } from '../weather/sphere.ts'
import { galeKt, lastWindField } from '../weather/wind-field.ts'
import type { Fix, Hazard } from './hazard.ts'

export type Rating = Pick<Hazard, 'severity' | 'urgency' | 'certainty'>

/**
 * Hours before gales arrive at which the National Hurricane Center warns (conditions expected) and at which it puts a
 * coast on watch (conditions possible): weather.gov, "Hurricane and Tropical Storm Watches, Warnings and Advisories".
 */
const warningH = 36
const watchH = 48

/**
 * What the fixes of a storm say in CAP's words. Severity is by the Saffir-Simpson scale; urgency and certainty by the
 * hours left before gales could reach land if the storm went straight there as fast as it now moves: within NHC's lead
 * of a warning, Immediate and Likely; within that of a watch, Expected and Possible. A storm without gales is Future,
 * Unlikely.
 * @param fixes oldest first, at least two, with at least one wind
 */
export function rateStorm(fixes: readonly Fix[]): Rating {
  const { place, speedKmh, windKt } = recentMotion(fixes)
  const severity = severityOf(windKt)
  if (windKt < galeKt) return { severity, urgency: 'Future', certainty: 'Unlikely' }
  const reachKm = Math.max(...Object.values(lastWindField(fixes).galeNm)) * kmPerNm
  const leadH = Math.max(0, kmToLand(place) - reachKm) / Math.max(speedKmh, slowestKmh)
  if (leadH <= warningH) return { severity, urgency: 'Immediate', certainty: 'Likely' }
  if (leadH <= watchH) return { severity, urgency: 'Expected', certainty: 'Possible' }
  return { severity, urgency: 'Future', certainty: 'Possible' }
}

/** A storm that has stalled may move again: taken to go at a walking pace at least. */
const slowestKmh = 5

/**
 * Saffir-Simpson category: 0 below hurricane force, then from 64, 83, 96, 113 and 137 kt (National Hurricane Center,
 * 2012).
 */
export function category(windKt: number): 0 | 1 | 2 | 3 | 4 | 5 {
  const reached = [64, 83, 96, 113, 137].filter(fromKt => windKt >= fromKt)
  return reached.length as 0 | 1 | 2 | 3 | 4 | 5
}

/**
 * A major hurricane (category 3 and up) is Extreme, any other Severe, a tropical storm Moderate, a depression Minor.
 */
function severityOf(windKt: number): Hazard['severity'] {
  if (category(windKt) >= 3) return 'Extreme'
  if (category(windKt) >= 1) return 'Severe'
  return windKt >= galeKt ? 'Moderate' : 'Minor'
}
