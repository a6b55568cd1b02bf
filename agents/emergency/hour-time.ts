/** The moment so many hours after `asOf`, to the minute, in UTC: `2005-08-29T11:00:00Z`. */
export function hourTime(asOf: string, hour: number): string {
  const ms = Date.parse(asOf) + Math.round(hour * 60) * 60_000
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
