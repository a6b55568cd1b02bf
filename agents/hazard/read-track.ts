import { EntenteError } from '../../protocol/errors.ts'
import { sha256 } from '../../protocol/hash.ts'
import { checkFixes, checkRows, gapsOf } from './check-track.ts'
import type { Fix, Hazard } from './hazard.ts'
import { isoTime } from './iso-time.ts'
import { isHurdat2, parseHurdat2 } from './parse-hurdat2.ts'
import { parseTrackTable } from './parse-track-table.ts'
import { category, rateStorm } from './rate-storm.ts'
import { readFix } from './read-fix.ts'

/**
 * Reads the HURDAT2 track of one storm, as a table with named columns or in NOAA's own form, as it stood at a time:
 * later rows are not looked at. The kind is `hurricane` for every tropical cyclone, whatever its strength on the day.
 * @throws TRACK_INVALID wrong columns, more than one storm, rows out of order, a gap over `at`
 * @throws DATA_EMPTY fewer than two usable fixes by `at`, or none with a wind
 * @throws TRACK_NO_THREAT the track ended well before `at` (whether a living storm threatens land is for the weather
 *   agencies to say: see ../weather/require-threat.ts)
 */
export function readTrack(bytes: Uint8Array, { at, now }: { at: Date; now: Date }): Hazard {
  const text = decode(bytes)
  const rows = isHurdat2(text) ? parseHurdat2(text) : parseTrackTable(text)
  checkRows(rows)
  const known = rows.filter(({ atMs }) => atMs <= at.getTime())
  const readings = known.map(readFix)
  const fixes = readings.flatMap(reading => ('fix' in reading ? [reading.fix] : []))
  checkFixes(fixes, at, known.length < rows.length ? 'goes on' : 'ends')
  const { id, name } = rows[0]!
  const event = `${titleOf(fixes.at(-1)!.status)} ${capitalise(name)}`
  return {
    schema: 'entente.hazard/1',
    id: `${id}@${isoTime(at)}`,
    kind: 'hurricane',
    event,
    headline: headline(event, fixes),
    ...rateStorm(fixes),
    asOf: isoTime(at),
    expires: null,
    replay: at < now,
    source: { format: 'HURDAT2', sender: `HURDAT2 ${id}`, sha256: sha256(bytes) },
    fixes,
    areas: [],
    instruction: null,
    unusable: [...readings.flatMap(reading => ('unusable' in reading ? [reading.unusable] : [])), ...gapsOf(fixes)],
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new EntenteError('TRACK_INVALID', 'the track is not text in UTF-8', { cause })
  }
}

function headline(event: string, fixes: readonly Fix[]): string {
  const { lat, lon, at } = fixes.at(-1)!
  const windKt = fixes.findLast(fix => fix.windKt !== null)!.windKt!
  const strength = category(windKt) > 0 ? `${windKt} kt (category ${category(windKt)})` : `${windKt} kt`
  const place = `${Math.abs(lat)}°${lat < 0 ? 'S' : 'N'} ${Math.abs(lon)}°${lon < 0 ? 'W' : 'E'}`
  return `${event}, ${strength}, at ${place} on ${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
}

/** What HURDAT2's status codes stand for. */
const titles: Readonly<Record<string, string>> = {
  TD: 'Tropical Depression',
  TS: 'Tropical Storm',
  HU: 'Hurricane',
  EX: 'Post-Tropical Cyclone',
  SD: 'Subtropical Depression',
  SS: 'Subtropical Storm',
  LO: 'Low',
  WV: 'Tropical Wave',
  DB: 'Disturbance',
}

function titleOf(status: string): string {
  return (Object.hasOwn(titles, status) ? titles[status] : undefined) ?? 'Storm'
}

function capitalise(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()
}
