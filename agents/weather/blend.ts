import { climatology } from './climatology.ts'
import type { Method } from './method.ts'
import { persistence } from './persistence.ts'
import { between } from './sphere.ts'

/**
 * Blend: on the way from the place that persistence gives to the one that climatology gives, further along the later,
 * because the steering flow of today is forgotten and that of the season is not.
 *
 * Source: CLIPER (Neumann 1972, NOAA Tech. Memo. NWS SR-62) and the consensus forecasts that came after it (Goerss
 * 2000, Mon. Wea. Rev. 128, 1187-1193): a mean of forecasts errs less than its members. Mean error on Katrina, Ike and
 * Sandy: 188 km at 24 h, 496 at 48 h, 679 at 72 h (test/agents/weather/back-test.unit.test.ts).
 */
export const blend: Method = {
  name: 'blend of persistence and climatology, equal at 24 h (after CLIPER)',
  course(fixes, hours) {
    const usual = climatology.course(fixes, hours)
    return persistence.course(fixes, hours).map((own, hour) => {
      const share = hour / (hour + equalAtH)
      const other = usual[hour]!
      return {
        place: between(own.place, other.place, share),
        windKt: own.windKt + (other.windKt - own.windKt) * share,
      }
    })
  },
}

/** The hour at which climatology weighs as much as persistence. */
const equalAtH = 24
