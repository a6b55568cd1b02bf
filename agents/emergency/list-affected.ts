import type { ThreatenedHospital } from '../health/evacuation.ts'
import type { AffectedState } from './response.ts'

/** The counties of the threatened hospitals, by state, each named once under the strongest winds that come there. */
export function listAffected(threatened: readonly ThreatenedHospital[]): AffectedState[] {
  const states = [...Map.groupBy(threatened, hospital => hospital.state)].sort(([a], [b]) => (a < b ? -1 : 1))
  return states.map(([state, hospitals]) => {
    const where = (test: (hospital: ThreatenedHospital) => boolean) =>
      new Set(hospitals.filter(test).map(hospital => titleCase(hospital.county)))
    const hurricane = where(hospital => hospital.hurricaneHour !== null)
    const gale = where(hospital => hospital.galeHour !== null).difference(hurricane)
    const alerted = where(hospital => hospital.galeHour === null).difference(hurricane.union(gale))
    return { state, hurricane: [...hurricane].sort(), gale: [...gale].sort(), alerted: [...alerted].sort() }
  })
}

/** `ST. TAMMANY` as people write it: the registry is in capitals. */
function titleCase(name: string): string {
  return name.toLowerCase().replace(/(?<=^|[ \-.'])(?!(?:the|of|and) )\p{L}/gu, start => start.toUpperCase())
}
