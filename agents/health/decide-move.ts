import type { Hazard } from '../hazard/hazard.ts'
import type { WindArrival } from './wind-arrival.ts'

export interface Decision {
  readonly decision: 'move' | 'shelter'
  readonly why: string
}

/**
 * Kinds of alert (../hazard/event-kind.ts) whose area is not fit to stay in: water, fire, ash or poison reaches the
 * building itself. For the others (snow, earthquake, tornado, heat…) the road is the greater danger, and a hospital
 * shelters in place.
 */
const unlivable = new Set(['hurricane', 'storm-surge', 'tsunami', 'flood', 'fire', 'volcano', 'chemical', 'radiation'])

/**
 * Hurricane-force winds break windows and cut power and water for days: the hospital moves. Gales alone close roads,
 * which is worse for a patient in an ambulance than in a ward: it shelters. So does a hospital that gales have reached
 * already.
 */
export function decideByWind({ galeHour, hurricaneHour }: WindArrival): Decision {
  if (hurricaneHour === null) return { decision: 'shelter', why: `gale winds only, from hour ${galeHour}` }
  const force = `hurricane-force winds from hour ${hurricaneHour}`
  if (galeHour === 0) return { decision: 'shelter', why: `${force}, but gales have arrived: the roads are unsafe` }
  return { decision: 'move', why: force }
}

/** Inside an alert's area: it moves when the alert is Severe or Extreme and makes the place unfit to stay in. */
export function decideByAlert(hazard: Hazard): Decision {
  const { event, kind, severity } = hazard
  if (severity !== 'Severe' && severity !== 'Extreme') {
    return { decision: 'shelter', why: `${event}: severity ${severity} asks nobody to leave` }
  }
  return unlivable.has(kind)
    ? { decision: 'move', why: `inside the area of ${event}, severity ${severity}` }
    : { decision: 'shelter', why: `${event}: staying indoors is safer than the road` }
}
