import { EntenteError } from '../../protocol/errors.ts'
import type { Fix, Unusable } from './hazard.ts'
import { isoTime } from './iso-time.ts'
import type { TrackRow } from './track-row.ts'

const hourMs = 3_600_000
/** HURDAT2 gives a fix every six hours, at 00, 06, 12 and 18 UTC, and others between. */
const everyH = 6
/** A storm last seen longer ago than two such fixes is not known well enough to forecast. */
const staleH = 12

/**
 * Refuses rows that are not one storm in order.
 * @throws TRACK_INVALID naming the storms, or the line
 */
export function checkRows(rows: readonly TrackRow[]): void {
  const ids = [...new Set(rows.map(({ id }) => id))]
  if (ids.length > 1) {
    const some = `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`
    throw new EntenteError('TRACK_INVALID', `the file holds ${ids.length} storms (${some}); give the rows of one`)
  }
  const undated = rows.find(({ atMs }) => Number.isNaN(atMs))
  if (undated) throw new EntenteError('TRACK_INVALID', `line ${undated.line} has no date like 2005-08-28 12:00:00`)
  const late = rows.find(({ atMs }, i) => i > 0 && atMs <= rows[i - 1]!.atMs)
  if (late) throw new EntenteError('TRACK_INVALID', `line ${late.line} is not later than the line before it`)
}

/**
 * Refuses a track that at a time is too short, too old, or over.
 * @param goesOn whether the file has later rows; nothing else of them is known here
 * @throws DATA_EMPTY, TRACK_INVALID for a gap that ends after `at`, TRACK_NO_THREAT for a storm that is over
 */
export function checkFixes(fixes: readonly Fix[], at: Date, goesOn: 'goes on' | 'ends'): void {
  const when = isoTime(at)
  if (fixes.length < 2)
    throw new EntenteError(
      'DATA_EMPTY',
      `as of ${when} the track has ${fixes.length === 1 ? 'one fix only' : 'no fix'}`,
    )
  if (fixes.every(fix => fix.windKt === null))
    throw new EntenteError('DATA_EMPTY', `as of ${when} no fix of the track says how strong the wind is`)
  const last = fixes.at(-1)!
  const ageH = Math.floor((at.getTime() - Date.parse(last.at)) / hourMs)
  if (ageH <= staleH) return
  if (goesOn === 'goes on')
    throw new EntenteError('TRACK_INVALID', `the track has a gap: as of ${when} the last fix is ${ageH} hours old`)
  throw new EntenteError(
    'TRACK_NO_THREAT',
    `the track ends at ${last.at}, ${ageH} hours before ${when}: the storm is over`,
  )
}

/** What the fixes leave open: hours without a fix, and winds and radii that they do not give. */
export function gapsOf(fixes: readonly Fix[]): Unusable[] {
  const gaps = fixes.flatMap((fix, i) => {
    const before = fixes[i - 1]
    const hours = before ? (Date.parse(fix.at) - Date.parse(before.at)) / hourMs : 0
    const why = `no fix for ${hours} hours; the storm is taken to have gone straight`
    return hours > everyH ? [{ field: 'date', value: `${before!.at} to ${fix.at}`, why }] : []
  })
  const last = fixes.at(-1)!
  if (last.windKt === null)
    gaps.push({ field: 'wind', value: last.at, why: 'unknown; the wind of the fix before stands in' })
  if (fixes.slice(-3).every(fix => fix.galeNm === null))
    gaps.push({
      field: 'radii',
      value: last.at,
      why: 'unknown; those of a mean storm of that wind and latitude stand in',
    })
  return gaps
}
