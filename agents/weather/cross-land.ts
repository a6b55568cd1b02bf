import { isLand } from './coast.ts'
import { crossCoast, decayInland } from './inland-decay.ts'
import type { Course } from './method.ts'
import { between, type Place } from './sphere.ts'
import type { Threat } from './threat.ts'

/** A course as it becomes where it meets land: the wind weakened, and the first crossing from sea to land. */
export interface Crossing {
  /** Wind at each whole hour of the course, knots. */
  readonly windKt: readonly number[]
  readonly landfall: Threat['landfall']
}

/** Quarters of an hour: about 5 km, so that islands narrower than that may be missed. */
const stepsPerHour = 4

/**
 * Follows a course over sea and land. Over the sea the wind changes as the method says; over land it decays.
 * @param fromHour landfalls before this hour are history and not reported
 */
export function crossLand(course: Course, fromHour: number): Crossing {
  const winds = [course[0]!.windKt]
  let windKt = course[0]!.windKt
  let onLand = isLand(course[0]!.place)
  let landfall: Threat['landfall'] = null
  for (let step = 1; step <= (course.length - 1) * stepsPerHour; step++) {
    const hour = step / stepsPerHour
    const place = placeAt(course, hour)
    const isNowOnLand = isLand(place)
    if (!isNowOnLand) windKt += gainKt(course, hour) / stepsPerHour
    if (isNowOnLand && !onLand && landfall === null && hour > fromHour)
      landfall = { ...coastBetween(course, hour - 1 / stepsPerHour, hour), windKt: Math.round(windKt) }
    if (isNowOnLand !== onLand) windKt = crossCoast(windKt, isNowOnLand ? 'to-land' : 'to-sea')
    if (isNowOnLand) windKt = decayInland(windKt, place.lat, 1 / stepsPerHour)
    onLand = isNowOnLand
    if (Number.isInteger(hour)) winds.push(windKt)
  }
  return { windKt: winds, landfall }
}

/** The place at a part of an hour. */
export function placeAt(course: Course, hour: number): Place {
  const before = Math.min(Math.floor(hour), course.length - 2)
  return between(course[before]!.place, course[before + 1]!.place, hour - before)
}

/** What the method adds to the wind in the hour that ends at or after `hour`. */
function gainKt(course: Course, hour: number): number {
  const end = Math.ceil(hour)
  return course[end]!.windKt - course[end - 1]!.windKt
}

/** Halves the step six times: to 14 seconds. */
function coastBetween(course: Course, seaHour: number, landHour: number): Place & { hour: number } {
  let [sea, land] = [seaHour, landHour]
  for (let halving = 0; halving < 6; halving++) {
    const middle = (sea + land) / 2
    if (isLand(placeAt(course, middle))) land = middle
    else sea = middle
  }
  return { hour: land, ...placeAt(course, land) }
}
