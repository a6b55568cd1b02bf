import type { Area } from '../hazard/hazard.ts'
import { assignActions } from './assign-actions.ts'
import { buildTimeline } from './build-timeline.ts'
import { countFigures } from './count-figures.ts'
import { galeSwath } from './gale-swath.ts'
import { hourTime } from './hour-time.ts'
import { listAffected } from './list-affected.ts'
import { listRisks } from './list-risks.ts'
import type { Response, ResponseInput } from './response.ts'
import { setObjectives } from './set-objectives.ts'

/** Hours for which an alert without an end holds: CAP asks for one, and a warning must not stand for ever. */
const defaultValidHours = 24

/**
 * Makes one response of what the departments said. The severity is the hazard's: how bad it is for hospitals is in the
 * figures, and whether somebody must approve is for the plan to say. Pure.
 */
export function composeResponse(input: ResponseInput): Response {
  const { hazard, threat, evacuation } = input
  const figures = countFigures(input)
  const at = (hour: number | null) => (hour === null ? null : hourTime(hazard.asOf, hour))
  const galesFrom = at(earliest(evacuation.threatened.map(hospital => hospital.galeHour)))
  const lastHour = threat.hours.at(-1)?.hour ?? defaultValidHours
  return {
    event: hazard.event,
    asOf: hazard.asOf,
    replay: hazard.replay,
    severity: hazard.severity,
    headline: hazard.headline,
    expires: hazard.expires ?? hourTime(hazard.asOf, lastHour),
    landfall: threat.landfall && { ...threat.landfall, at: hourTime(hazard.asOf, threat.landfall.hour) },
    galesFrom,
    hurricaneFrom: at(earliest(evacuation.threatened.map(hospital => hospital.hurricaneHour))),
    figures,
    objectives: setObjectives(figures, galesFrom),
    actions: assignActions(figures),
    timeline: buildTimeline(input),
    risks: listRisks(input, figures),
    affected: listAffected(evacuation.threatened),
    areas: areasOf(input),
  }
}

/** An alert's own areas, codes and all; of a storm, the area that its gales sweep. */
function areasOf({ hazard, threat }: ResponseInput): Area[] {
  if (threat.areas.length > 0) return threat.areas
  const ring = galeSwath(threat.hours)
  if (ring === null) return hazard.areas
  const description = `Gale winds of ${hazard.event} within ${threat.hours.at(-1)!.hour} hours`
  return [{ description, polygons: [ring], circles: [], codes: [] }]
}

function earliest(hours: readonly (number | null)[]): number | null {
  const known = hours.filter(hour => hour !== null)
  return known.length > 0 ? Math.min(...known) : null
}
