import { parse } from 'csv-parse/sync'
import { EntenteError } from '../../protocol/errors.ts'
import type { TrackRow } from './track-row.ts'

/** Columns of HURDAT2 as CSV with a heading line; others, such as a row number, are passed over. */
const required = ['id', 'name', 'date', 'status_of_system', 'latitude', 'longitude', 'maximum_sustained_wind_knots']
const radii = ['34', '50', '64'].flatMap(kt => ['ne', 'se', 'sw', 'nw'].map(quadrant => `${kt}_kt_${quadrant}`))

/**
 * Rows of a HURDAT2 track as a table with named columns.
 * @throws TRACK_INVALID naming every column that is missing, or the line that cannot be read
 */
export function parseTrackTable(text: string): TrackRow[] {
  const lines = readLines(text)
  const columns = lines[0]?.record.map(name => name.toLowerCase()) ?? []
  const missing = required.filter(name => !columns.includes(name))
  if (missing.length > 0) throw new EntenteError('TRACK_INVALID', `the track lacks the columns ${missing.join(', ')}`)
  const hasRadii = radii.every(name => columns.includes(name))
  return lines.slice(1).map(({ record, info }) => {
    const get = (name: string) => record[columns.indexOf(name)] ?? ''
    return {
      line: info.lines,
      id: get('id'),
      name: get('name'),
      atMs: readTime(get('date')),
      status: get('status_of_system'),
      lat: get('latitude'),
      lon: get('longitude'),
      windKt: get('maximum_sustained_wind_knots'),
      // The file that many people have calls the minimum pressure the maximum.
      pressureHpa: get('maximum_pressure') || get('minimum_pressure'),
      radiiNm: hasRadii ? radii.map(get) : [],
    }
  })
}

function readLines(text: string): { record: string[]; info: { lines: number } }[] {
  try {
    return parse(text, { info: true, trim: true, skip_empty_lines: true }) as never
  } catch (cause) {
    throw new EntenteError('TRACK_INVALID', `the track is not a table: ${(cause as Error).message}`, { cause })
  }
}

/** `2005-08-28 12:00:00`, with or without `T`, seconds and `Z`: always UTC. */
function readTime(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?Z?$/.exec(text)
  return match ? Date.parse(`${match[1]}T${match[2]}${match[3] ?? ':00'}Z`) : Number.NaN
}
