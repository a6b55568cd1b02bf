import { expect } from 'vitest'
import type { Report } from '../../evidence/report.ts'

/** The first finding is at the place, around it, or, within one event, at what the place contradicts. */
export function expectNamed(at: string, { ok, findings, summary }: Report): void {
  const first = findings[0]?.where
  expect(ok, at).toBe(false)
  expect(first, at).toBeTruthy()
  const event = /^\/events\/\d+/.exec(at)?.[0]
  const isNamed = event ? isWithin(first!, event) : isWithin(at, first!) || isWithin(first!, at)
  expect(isNamed, `${at} was changed; the first finding is at ${first}`).toBe(true)
  expect(summary).toContain(first)
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`)
}
