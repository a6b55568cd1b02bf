/** A time as a page shows it: UTC by ISO 8601, or the number where no calendar reaches. */
export function momentOf(ms: number): string {
  const moment = new Date(ms)
  return Number.isNaN(moment.getTime()) ? `${ms} ms` : moment.toISOString()
}
