import type { ThreatenedHospital } from '../health/evacuation.ts'
import { hourTime } from './hour-time.ts'
import type { Moment, ResponseInput } from './response.ts'

type Entry = Omit<Moment, 'at'>

/** What happens when, earliest first; of one hour, in the order below. */
export function buildTimeline({ hazard, threat, evacuation, transport }: ResponseInput): Moment[] {
  const loads = transport.movements.map(movement => movement.loadHour)
  const arrivals = transport.movements.map(movement => movement.arriveHour)
  const entries: Entry[] = [{ hour: 0, what: `The response opens: ${hazard.headline}.` }]
  if (loads.length > 0) {
    entries.push(
      { hour: Math.min(...loads), what: 'The first vehicles load.' },
      { hour: Math.min(...arrivals), what: 'The first patients arrive.' },
      { hour: Math.max(...arrivals), what: 'The last convoy arrives.' },
    )
  }
  for (const hospitals of Map.groupBy(evacuation.threatened, hospital => hospital.state).values()) {
    entries.push(
      ...firstWinds(hospitals, 'galeHour', 'Gale'),
      ...firstWinds(hospitals, 'hurricaneHour', 'Hurricane-force'),
    )
  }
  if (threat.landfall) {
    const { hour, windKt } = threat.landfall
    entries.push({ hour, what: `The centre crosses the coast with winds of ${Math.round(windKt)} kt.` })
  }
  return entries
    .sort((a, b) => a.hour - b.hour)
    .map(({ hour, what }) => ({ hour, at: hourTime(hazard.asOf, hour), what }))
}

/** When winds of a force reach the first of one state's hospitals; nothing when they reach none. */
function firstWinds(
  hospitals: readonly ThreatenedHospital[],
  winds: 'galeHour' | 'hurricaneHour',
  force: string,
): Entry[] {
  const hit = hospitals.filter(hospital => hospital[winds] !== null)
  const first = hit.toSorted((a, b) => a[winds]! - b[winds]!)[0]
  if (first === undefined) return []
  const { name, city, state } = first
  return [{ hour: first[winds]!, what: `${force} winds reach the first hospital in ${state}: ${name}, ${city}.` }]
}
