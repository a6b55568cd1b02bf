import type { ThreatenedHospital } from './evacuation.ts'

const levels = ['I', 'II', 'III', 'IV', 'V']

/**
 * Who comes first when beds and vehicles are short: the earliest gales, then the highest trauma level (its patients are
 * the sickest), then the most patients, then the id, so that the order is total. An alert names no hour: all are equal.
 */
export function byUrgency(a: ThreatenedHospital, b: ThreatenedHospital): number {
  return (
    (a.galeHour ?? 0) - (b.galeHour ?? 0) ||
    traumaRank(a) - traumaRank(b) ||
    (b.patients ?? 0) - (a.patients ?? 0) ||
    (a.id < b.id ? -1 : 1)
  )
}

/** 0 for level I; below all levels when there is none. */
function traumaRank({ trauma }: ThreatenedHospital): number {
  const level = levels.indexOf(/LEVEL (IV|V|I{1,3})\b/.exec(trauma ?? '')?.[1] ?? '')
  return level === -1 ? levels.length : level
}
