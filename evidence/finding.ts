/** One thing that is wrong with a bundle. */
export interface Finding {
  /** JSON pointer (RFC 6901) into the bundle. */
  readonly where: string
  /** What is wrong, in words that need no knowledge of the code. */
  readonly what: string
}

/** What one check did. */
export interface Check {
  readonly name: string
  /** How many facts it looked at: a check of nothing has proved nothing. */
  readonly count: number
  readonly findings: readonly Finding[]
}

/** A pointer from its tokens. */
export function pointer(...tokens: readonly (string | number)[]): string {
  return tokens.map(token => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Where the event with this index is. */
export function eventAt(index: number, ...tokens: readonly (string | number)[]): string {
  return pointer('events', index, 'event', ...tokens)
}

/** A value as a finding shows it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 90 ? `${text.slice(0, 87)}…` : text
}
