import { isoTime } from '../hazard/iso-time.ts'

/** The moment so many hours after `asOf`, to the minute, in UTC: `2005-08-29T11:00:00Z`. */
export function hourTime(asOf: string, hour: number): string {
  return isoTime(new Date(Date.parse(asOf) + Math.round(hour * 60) * 60_000))
}
