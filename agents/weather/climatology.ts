import type { Course, Method } from './method.ts'
import { pastSteps, type Step } from './past-storms.ts'
import { clamp, recentMotion } from './recent-motion.ts'
import { type Place, signedDeg, travel } from './sphere.ts'

/**
 * Climatology: the storm's own motion gives way to that of past storms which were thereabouts and headed much the same
 * way; its wind changes as theirs did. Past storms are weighted by a Gaussian in place, heading and strength.
 *
 * Source: analogue forecasting as in HURRAN (Hope and Neumann 1970, Mon. Wea. Rev. 98, 925-933). Mean error on Katrina,
 * Ike and Sandy: 214 km at 24 h, 533 at 48 h, 699 at 72 h (test/agents/weather/back-test.unit.test.ts). Storms of the
 * storm's own year are never used, so that a past storm which is played again does not see itself.
 */
export const climatology: Method = {
  name: 'climatology of past storms by place, heading and strength (after HURRAN)',
  course(fixes, hours) {
    const start = recentMotion(fixes)
    const past = pastSteps().filter(({ year }) => year !== new Date(start.atMs).getUTCFullYear())
    const course: Course = [{ place: start.place, windKt: start.windKt }]
    let { headingDeg, speedKmh } = start
    for (let hour = 1; hour <= hours; hour++) {
      const { place, windKt } = course[hour - 1]!
      const usual = usualMotion(past, place, headingDeg)
      const [east, north] = mix(velocity(headingDeg, speedKmh), usual.velocity, usual.trust / ownMotionFadesH)
      headingDeg = Math.atan2(east, north) / radian
      speedKmh = Math.hypot(east, north)
      const gainKt = usualStrengthening(past, place, windKt)
      course.push({ place: travel(place, headingDeg, speedKmh), windKt: clamp(windKt + gainKt, 0, strongestKt) })
    }
    return course
  },
}

/** Hours in which a storm's own motion fades to 1/e where past storms are plentiful. */
const ownMotionFadesH = 18
/** Spread of the weights: degrees of latitude, of longitude and of heading, and knots. */
const spread = { lat: 2.5, lon: 8, headingDeg: 90, windKt: 12 }
/** The strongest Atlantic wind on record: Allen, 1980, 165 kt (HURDAT2). */
const strongestKt = 165
const radian = Math.PI / 180

/** `trust` runs from 0, no past storm thereabouts, towards 1. One full-weight step counts as much as none at all. */
function usualMotion(past: readonly Step[], place: Place, headingDeg: number) {
  let [weights, east, north] = [0, 0, 0]
  for (const step of past) {
    const weight = nearness(step, place) * bell(signedDeg(step.headingDeg - headingDeg) / spread.headingDeg)
    const [stepEast, stepNorth] = velocity(step.headingDeg, step.speedKmh)
    weights += weight
    east += weight * stepEast
    north += weight * stepNorth
  }
  const velocityKmh: Velocity = weights === 0 ? [0, 0] : [east / weights, north / weights]
  return { velocity: velocityKmh, trust: weights / (weights + 1) }
}

function usualStrengthening(past: readonly Step[], place: Place, windKt: number): number {
  let [weights, gain] = [1, 0]
  for (const step of past) {
    if (step.strengthensKtPerH === null) continue
    const weight = nearness(step, place) * bell((step.windKt - windKt) / spread.windKt)
    weights += weight
    gain += weight * step.strengthensKtPerH
  }
  return gain / weights
}

function nearness(step: Step, place: Place): number {
  return bell((step.place.lat - place.lat) / spread.lat) * bell(signedDeg(step.place.lon - place.lon) / spread.lon)
}

function bell(deviations: number): number {
  return Math.exp(-0.5 * deviations ** 2)
}

type Velocity = readonly [east: number, north: number]

function velocity(headingDeg: number, speedKmh: number): Velocity {
  return [speedKmh * Math.sin(headingDeg * radian), speedKmh * Math.cos(headingDeg * radian)]
}

function mix(own: Velocity, other: Velocity, share: number): Velocity {
  return [own[0] + (other[0] - own[0]) * share, own[1] + (other[1] - own[1]) * share]
}
