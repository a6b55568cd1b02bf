import { canonicalJson } from '../protocol/canonical.ts'
import { pointer } from './finding.ts'

/** One place where two values differ; `undefined` where one of them has nothing. */
export interface Difference {
  /** JSON pointer from the root of both. */
  readonly at: string
  readonly expected: unknown
  readonly found: unknown
}

/** Where two JSON values differ, each place once and as deep as it goes. */
export function differences(expected: unknown, found: unknown, at = ''): Difference[] {
  if (isContainer(expected) && isContainer(found) && Array.isArray(expected) === Array.isArray(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
    return [...keys].flatMap(key => differences(expected[key], found[key], at + pointer(key)))
  }
  return isSame(expected, found) ? [] : [{ at, expected, found }]
}

type Container = Readonly<Record<string, unknown>>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** By canonical form: -0 is 0 there. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonicalJson(one) === canonicalJson(other)
}
