import type { Area, Hazard } from '../hazard/hazard.ts'
import type { Threat } from '../weather/threat.ts'
import { byUrgency } from './by-urgency.ts'
import { decideByAlert, decideByWind } from './decide-move.ts'
import { estimatePatients } from './estimate-beds.ts'
import type { ThreatenedHospital } from './evacuation.ts'
import type { Hospital } from './registry.ts'
import { hourByHour, windArrival } from './wind-arrival.ts'
import { hasShape, withinArea } from './within-area.ts'
import { withinCounty } from './within-county.ts'

/** The hospitals that gale winds or an alert's area reach, the most urgent first. */
export function findThreatened(
  hospitals: readonly Hospital[],
  hazard: Hazard,
  threat: Threat,
  areas: readonly Area[],
): ThreatenedHospital[] {
  const field = hourByHour(threat.hours)
  return hospitals
    .flatMap(hospital => {
      const winds = windArrival(hospital, field)
      if (winds.galeHour === null && !areas.some(area => isInside(hospital, area))) return []
      const judged = winds.galeHour === null ? decideByAlert(hazard) : decideByWind(winds)
      return [describe(hospital, winds, judged)]
    })
    .sort(byUrgency)
}

/** A code is asked only where there is no shape: a shape is as a rule a part of the counties named beside it. */
function isInside(hospital: Hospital, area: Area): boolean {
  return hasShape(area) ? withinArea(hospital, area) : withinCounty(hospital.countyFips, area)
}

function describe(
  hospital: Hospital,
  winds: Pick<ThreatenedHospital, 'galeHour' | 'hurricaneHour'>,
  judged: Pick<ThreatenedHospital, 'decision' | 'why'>,
): ThreatenedHospital {
  const { lat, lon, countyFips: _, ...rest } = hospital
  return { ...rest, ...roundPosition({ lat, lon }), patients: estimatePatients(hospital), ...winds, ...judged }
}

/** Four decimals: eleven metres. */
export function roundPosition<P extends { lat: number; lon: number }>({ lat, lon }: P): { lat: number; lon: number } {
  return { lat: Math.round(lat * 1e4) / 1e4, lon: Math.round(lon * 1e4) / 1e4 }
}
