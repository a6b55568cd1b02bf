import type { AlertFacts } from '../sdk/define.ts'
import { kmToLand } from '../weather/coast.ts'
import { certainties, type Fix, Hazard, severities, urgencies } from './hazard.ts'
import { type Rating, rateStorm } from './rate-storm.ts'

/**
 * The facts of a hazard that an agency can vouch for on chain, or null when the document does not bear them out: it is
 * not of the schema, its times contradict one another, it had expired as of its own time, or it rates a storm otherwise
 * than the storm's own fixes do. Agencies that see the same document come to the same facts.
 */
export function factsOf(bulletin: unknown): AlertFacts | null {
  const { success, data: hazard } = Hazard.safeParse(bulletin)
  if (!success || !areTimesSound(hazard)) return null
  if (hazard.source.format !== 'HURDAT2') return facts(hazard.kind, hazard, areaOf(hazard))
  if (hazard.fixes.length < 2 || hazard.fixes.every(fix => fix.windKt === null)) return null
  const rating = rateStorm(hazard.fixes)
  const isBorneOut = (['severity', 'urgency', 'certainty'] as const).every(name => hazard[name] === rating[name])
  return isBorneOut ? facts(hazard.kind, rating, nearUnitedStates(hazard.fixes.at(-1)!)) : null
}

function facts(eventKind: string, { severity, urgency, certainty }: Rating, area: string): AlertFacts {
  return {
    eventKind,
    severity: severities.indexOf(severity) as AlertFacts['severity'],
    urgency: urgencies.indexOf(urgency) as AlertFacts['urgency'],
    certainty: certainties.indexOf(certainty) as AlertFacts['certainty'],
    area,
  }
}

/** Fixes in order, the last not later than the document's time, and that not later than its expiry. */
function areTimesSound({ fixes, asOf, expires }: Hazard): boolean {
  const times = [...fixes.map(({ at }) => at), asOf].map(Date.parse)
  const isInOrder = times.every(
    (time, i) => i === 0 || times[i - 1]! < time || (i === times.length - 1 && times[i - 1] === time),
  )
  return isInOrder && (expires === null || Date.parse(asOf) < Date.parse(expires))
}

/** Zone codes that only the United States uses: NWS zones, EAS locations, county numbers. */
const americanCodes = /^(UGC|SAME|FIPS6?)$/i
/** A fast storm's way in three days, kilometres. */
const reachKm = 1500

function areaOf({ areas }: Hazard): string {
  if (areas.some(({ codes }) => codes.some(({ system }) => americanCodes.test(system)))) return 'US'
  const corners = areas.flatMap(({ polygons }) => polygons.flat())
  const centres = areas.flatMap(({ circles }) => circles.map(({ lat, lon }) => ({ lat, lon })))
  const places = [...corners.map(([lon, lat]) => ({ lat, lon })), ...centres]
  return places.some(place => kmToLand(place) === 0) ? 'US' : ''
}

function nearUnitedStates(fix: Fix): string {
  return kmToLand(fix) <= reachKm ? 'US' : ''
}
