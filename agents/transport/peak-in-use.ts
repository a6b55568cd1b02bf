import type { Movement } from './schedule.ts'

/** The most vehicles that these movements hold at once. One that returns at an hour may load again at that hour. */
export function peakInUse(movements: readonly Movement[]): number {
  const changes = movements.flatMap(({ loadHour, freeHour, vehicles }) => [
    { hour: loadHour, change: vehicles.count },
    { hour: freeHour, change: -vehicles.count },
  ])
  changes.sort((a, b) => a.hour - b.hour || a.change - b.change)
  let inUse = 0
  let peak = 0
  for (const { change } of changes) {
    inUse += change
    peak = Math.max(peak, inUse)
  }
  return peak
}
