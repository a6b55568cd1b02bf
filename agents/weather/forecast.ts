import type { Hazard } from '../hazard/hazard.ts'
import { crossLand, placeAt } from './cross-land.ts'
import type { Method } from './method.ts'
import { hourMs } from './recent-motion.ts'
import type { Threat, ThreatHour } from './threat.ts'
import { usableAreas } from './usable-areas.ts'
import { lastWindField, windFieldAt } from './wind-field.ts'

/** How far ahead a threat is told, and how often, hours. */
const horizonH = 72
const everyH = 3

/**
 * What a method makes of a hazard: of a track, the centre, wind and radii every three hours to 72, and the landfall; of
 * an alert, which has no fixes, its own areas as far as they can be used.
 */
export function forecast(hazard: Hazard, method: Method): Threat {
  if (hazard.fixes.length < 2)
    return { landfall: null, peakWindKt: null, hours: [], areas: usableAreas(hazard.areas), method: 'areas as alerted' }
  // A hazard may be a few hours younger than its last fix; hours are told from the hazard's own time.
  const ageH = (Date.parse(hazard.asOf) - Date.parse(hazard.fixes.at(-1)!.at)) / hourMs
  const course = method.course(hazard.fixes, Math.ceil(ageH) + horizonH)
  const { windKt, landfall } = crossLand(course, ageH)
  const field = lastWindField(hazard.fixes)
  const hours: ThreatHour[] = []
  for (let hour = 0; hour <= horizonH; hour += everyH) {
    const { lat, lon } = placeAt(course, hour + ageH)
    const wind = windKt[Math.round(hour + ageH)]!
    hours.push({ hour, lat: round(lat), lon: round(lon), windKt: Math.round(wind), ...windFieldAt(field, wind, lat) })
  }
  return {
    landfall: landfall && {
      hour: Math.round((landfall.hour - ageH) * 10) / 10,
      lat: round(landfall.lat),
      lon: round(landfall.lon),
      windKt: landfall.windKt,
    },
    peakWindKt: Math.max(...hours.map(({ windKt }) => windKt)),
    hours,
    areas: [],
    method: method.name,
  }
}

/** A hundredth of a degree, about a kilometre: finer than any fix. */
function round(degrees: number): number {
  return Math.round(degrees * 100) / 100
}
