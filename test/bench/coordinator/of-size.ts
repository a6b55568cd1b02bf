/** As JSON, filled up to so many bytes. */
export function ofSize(bytes: number, fields: Readonly<Record<string, string | number>>): string {
  const filler = 'x'.repeat(Math.max(0, bytes - JSON.stringify({ ...fields, filler: '' }).length))
  return JSON.stringify({ ...fields, filler })
}
