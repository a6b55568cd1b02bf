import type { Fix, Quadrants, Unusable } from './hazard.ts'
import { isoTime } from './iso-time.ts'
import type { TrackRow } from './track-row.ts'

/**
 * A row as a fix. What is empty, -99 or -999, as HURDAT2 writes the unknown, is null. A row without a place on Earth is
 * no fix: it comes back as what could not be used.
 */
export function readFix(row: TrackRow): { fix: Fix } | { unusable: Unusable } {
  const [lat, lon] = [readDegrees(row.lat, 'NS', 90), readDegrees(row.lon, 'EW', 180)]
  if (lat === null || lon === null) {
    const value = `${isoTime(new Date(row.atMs))} ${row.lat} ${row.lon}`
    return {
      unusable: { field: `line ${row.line}`, value, why: 'its latitude and longitude are not a place on Earth' },
    }
  }
  const fix = {
    at: isoTime(new Date(row.atMs)),
    status: row.status,
    lat,
    lon,
    windKt: readKnown(row.windKt),
    pressureHpa: readKnown(row.pressureHpa),
    galeNm: readQuadrants(row.radiiNm.slice(0, 4)),
    stormNm: readQuadrants(row.radiiNm.slice(4, 8)),
    hurricaneNm: readQuadrants(row.radiiNm.slice(8, 12)),
  }
  return { fix }
}

/** `-87.7` or `87.7W`. */
function readDegrees(text: string, hemispheres: 'NS' | 'EW', limit: number): number | null {
  const match = /^([+-]?\d+(?:\.\d+)?)([NSEW]?)$/.exec(text)
  if (!match || (match[2] && !hemispheres.includes(match[2]))) return null
  const degrees = Number(match[1]) * (match[2] === hemispheres[1] ? -1 : 1)
  return Math.abs(degrees) <= limit ? degrees : null
}

/** A quantity that cannot be negative, or null. */
function readKnown(text: string): number | null {
  const value = text === '' ? Number.NaN : Number(text)
  return value >= 0 && Number.isFinite(value) ? value : null
}

/** All four or none: half a wind field would be drawn as a calm. */
function readQuadrants(texts: readonly string[]): Quadrants | null {
  const [ne, se, sw, nw] = texts.map(readKnown)
  if (ne == null || se == null || sw == null || nw == null) return null
  return { ne, se, sw, nw }
}
