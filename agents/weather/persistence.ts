import type { Course, Method } from './method.ts'
import { recentMotion } from './recent-motion.ts'
import { travel } from './sphere.ts'

/**
 * Persistence: the storm goes on at the speed and wind of the last 12 h, and goes on turning as it did, the turn
 * fading.
 *
 * Source: the P of CLIPER (Neumann 1972, NOAA Tech. Memo. NWS SR-62): climatology and persistence, the forecast that
 * others must beat to have skill. Mean error on Katrina, Ike and Sandy: 191 km at 24 h, 563 at 48 h, 897 at 72 h
 * (test/agents/weather/back-test.unit.test.ts).
 */
export const persistence: Method = {
  name: 'persistence of motion, the turn fading with 24 h (P of CLIPER)',
  course(fixes, hours) {
    const motion = recentMotion(fixes)
    const course: Course = [{ place: motion.place, windKt: motion.windKt }]
    for (let hour = 1; hour <= hours; hour++) {
      // The heading in the middle of the hour; the fading turn's integral.
      const turnedDeg = motion.turnDegPerH * fadeH * (1 - Math.exp(-(hour - 0.5) / fadeH))
      const place = travel(course[hour - 1]!.place, motion.headingDeg + turnedDeg, motion.speedKmh)
      course.push({ place, windKt: motion.windKt })
    }
    return course
  },
}

/** Hours in which a turn fades to 1/e. */
const fadeH = 24
