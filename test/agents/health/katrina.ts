import type { Area, Hazard } from '../../../agents/hazard/hazard.ts'
import type { Evacuation } from '../../../agents/health/evacuation.ts'
import { planEvacuation } from '../../../agents/health/plan-evacuation.ts'
import { loadRegistry } from '../../../agents/health/registry.ts'
import { blend } from '../../../agents/weather/blend.ts'
import { forecast } from '../../../agents/weather/forecast.ts'
import type { Threat } from '../../../agents/weather/threat.ts'
import { stormAt, truthOf } from '../weather/storms.ts'

/** Katrina at noon of the day before landfall, with a forecast that came true: its later fixes as the threat. */
export const hazard: Hazard = stormAt('katrina', '2005-08-28T12:00Z')

export const threat: Threat = {
  landfall: { hour: 23.2, lat: 29.3, lon: -89.6, windKt: 110 },
  peakWindKt: 150,
  hours: truthOf('katrina').flatMap(fix => {
    const hour = (Date.parse(fix.at) - Date.parse(hazard.asOf)) / 3_600_000
    if (hour < 0 || hour > 48 || !fix.galeNm || !fix.hurricaneNm || fix.windKt === null) return []
    const { lat, lon, windKt, galeNm, hurricaneNm } = fix
    return [{ hour, lat, lon, windKt, galeNm, hurricaneNm }]
  }),
  areas: [],
  method: 'as it came',
}

export async function evacuationOf(given: { hazard: Hazard; threat: Threat }): Promise<Evacuation> {
  return planEvacuation(given, await loadRegistry())
}

/** A forecast as the agencies make it. */
export function foreseen(given: Hazard): { hazard: Hazard; threat: Threat } {
  return { hazard: given, threat: forecast(given, blend) }
}

/** An alert in force over an area, in place of a storm. */
export function alertOver(areas: Area[], parts: Partial<Hazard> = {}): { hazard: Hazard; threat: Threat } {
  const alert: Hazard = {
    ...hazard,
    id: 'flood-1',
    kind: 'flood',
    event: 'Flood Warning',
    headline: 'Flood Warning',
    severity: 'Severe',
    expires: '2005-08-29T12:00:00Z',
    replay: false,
    source: { format: 'CAP-1.2', sender: 'someone@example.org', sha256: '0'.repeat(64) },
    fixes: [],
    areas,
    ...parts,
  }
  return { hazard: alert, threat: { landfall: null, peakWindKt: null, hours: [], areas, method: 'areas as alerted' } }
}

/** Around New Orleans, 30 km. */
export const newOrleans: Area = {
  description: 'New Orleans',
  polygons: [],
  circles: [{ lat: 29.95, lon: -90.08, radiusKm: 30 }],
  codes: [],
}
