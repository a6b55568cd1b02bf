import type { Fix, Hazard } from '../../../agents/hazard/hazard.ts'
import { forecast } from '../../../agents/weather/forecast.ts'
import type { Method } from '../../../agents/weather/method.ts'
import { hourMs } from '../../../agents/weather/recent-motion.ts'
import { distanceKm } from '../../../agents/weather/sphere.ts'

/** How far a method was off at a lead time, over the times that it was tried. */
export interface MeanError {
  readonly leadH: number
  readonly cases: number
  readonly km: number
  readonly windKt: number
}

/**
 * Tries a method on storms as they stood at several times, against what came.
 * @param tries a hazard as of a time, and the fixes of the same storm to the end
 * @param leadsH whole multiples of 3, to 72
 */
export function backTest(
  method: Method,
  tries: readonly { hazard: Hazard; truth: readonly Fix[] }[],
  leadsH: number[],
) {
  const forecasts = tries.map(({ hazard, truth }) => ({ hazard, truth, hours: forecast(hazard, method).hours }))
  return leadsH.map((leadH): MeanError => {
    const errors = forecasts.flatMap(({ hazard, truth, hours }) => {
      const atMs = Date.parse(hazard.asOf) + leadH * hourMs
      const came = truth.find(fix => Date.parse(fix.at) === atMs)
      const foretold = hours.find(({ hour }) => hour === leadH)
      if (!came || !foretold || came.windKt === null) return []
      return [{ km: distanceKm(came, foretold), windKt: Math.abs(came.windKt - foretold.windKt) }]
    })
    return { leadH, cases: errors.length, km: mean(errors.map(e => e.km)), windKt: mean(errors.map(e => e.windKt)) }
  })
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
}
