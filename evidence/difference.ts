import { pointer } from './finding.ts'

/** One place where two values differ; `undefined` where one of them has nothing. */
export interface Difference {
  /** JSON pointer from the root of both. */
  readonly at: string
  readonly expected: unknown
  readonly found: unknown
}

/** Where two JSON values differ, each place once and as deep as it goes. */
export function differences(expected: unknown, found: unknown): Difference[] {
  if (!isContainer(expected) || !isContainer(found) || Array.isArray(expected) !== Array.isArray(found)) {
    return expected === found ? [] : [{ at: '', expected, found }]
  }
  // Most are the same: only of the others is it asked where.
  if (isSame(expected, found)) return []
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...keys].flatMap(key =>
    differences(own(expected, key), own(found, key)).map(inside => ({ ...inside, at: pointer(key) + inside.at })),
  )
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isContainer(a) || !isContainer(b)) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}

type Container = Readonly<Record<string, unknown>>

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

/** Not what every object inherits: a member may be called `__proto__` or `toString`. */
function own(container: Container, key: string): unknown {
  return Object.hasOwn(container, key) ? container[key] : undefined
}
