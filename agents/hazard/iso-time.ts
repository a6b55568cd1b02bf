/** ISO 8601 in UTC to the second, as all documents of ours write time. */
export function isoTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
