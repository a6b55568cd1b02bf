import { parse } from 'csv-parse/sync'
import { EntenteError } from '../../protocol/errors.ts'
import type { TrackRow } from './track-row.ts'

/** `AL122005,            KATRINA,     34,` — the header line before each storm's rows in NOAA's own file. */
const header = /^[A-Z]{2}\d{6}$/

/** Whether a text is HURDAT2 in NOAA's own form rather than a table with named columns. */
export function isHurdat2(text: string): boolean {
  return header.test(text.trimStart().split(',', 1)[0]!.trim())
}

/**
 * Rows of NOAA's own HURDAT2 text. Format: Landsea, Franklin and Beven, "The revised Atlantic hurricane database
 * (HURDAT2)", National Hurricane Center: date, time, record identifier, status, latitude, longitude, wind, pressure,
 * then the twelve radii (and, since 2021, the radius of maximum wind, which is not used).
 * @throws TRACK_INVALID naming the line when a row is not of that form
 */
export function parseHurdat2(text: string): TrackRow[] {
  const rows: TrackRow[] = []
  let [id, name] = ['', '']
  for (const { record, info } of parseLines(text)) {
    if (header.test(record[0]!)) {
      id = record[0]!
      name = record[1] ?? ''
      continue
    }
    const [date = '', time = '', , status = '', lat = '', lon = '', windKt = '', pressureHpa = ''] = record
    if (!/^\d{8}$/.test(date) || !/^\d{4}$/.test(time))
      throw new EntenteError('TRACK_INVALID', `line ${info.lines} is neither a storm's header nor a row of HURDAT2`)
    const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2)}:00Z`
    const radiiNm = record.slice(8, 20)
    rows.push({ line: info.lines, id, name, atMs: Date.parse(iso), status, lat, lon, windKt, pressureHpa, radiiNm })
  }
  return rows
}

function parseLines(text: string): { record: string[]; info: { lines: number } }[] {
  return parse(text, { info: true, trim: true, relax_column_count: true, skip_empty_lines: true }) as never
}
