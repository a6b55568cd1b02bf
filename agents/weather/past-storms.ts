import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { isLand } from './coast.ts'
import { bearingDeg, distanceKm, type Place } from './sphere.ts'

/** Six hours in the life of a past storm. */
export interface Step {
  readonly year: number
  readonly place: Place
  readonly windKt: number
  readonly speedKmh: number
  readonly headingDeg: number
  /** Change of wind over the sea, knots an hour; null where land changed it. */
  readonly strengthensKtPerH: number | null
}

/** Hours between two rows of the file. */
const stepH = 6

let steps: readonly Step[] | undefined

/** All steps of the storms in `data/past-storms.csv` (see the README beside it), read once, on first use. */
export function pastSteps(): readonly Step[] {
  steps ??= readSteps()
  return steps
}

function readSteps(): Step[] {
  const rows = parse(readFileSync(new URL('data/past-storms.csv', import.meta.url)), { columns: true }) as Row[]
  return rows.flatMap((row, i) => {
    const next = rows[i + 1]
    return next?.storm === row.storm ? [step(row, next)] : []
  })
}

type Row = Record<'storm' | 'at' | 'lat' | 'lon' | 'wind_kt', string>

function step(row: Row, next: Row): Step {
  const [place, then] = [placeOf(row), placeOf(next)]
  const windKt = Number(row.wind_kt)
  return {
    year: new Date(row.at).getUTCFullYear(),
    place,
    windKt,
    speedKmh: distanceKm(place, then) / stepH,
    headingDeg: bearingDeg(place, then),
    strengthensKtPerH: isLand(place) || isLand(then) ? null : (Number(next.wind_kt) - windKt) / stepH,
  }
}

function placeOf(row: Row): Place {
  return { lat: Number(row.lat), lon: Number(row.lon) }
}
