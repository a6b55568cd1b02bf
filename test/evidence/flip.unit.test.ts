import { beforeAll, describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { expectNamed } from './expect-named.ts'
import { leavesOf, misfit, neighbour, oneOfEachKind, replaced } from './flip.ts'
import { simulateBundle } from './simulated-bundle.ts'
import type { Course } from './simulated-task.ts'

/** Hundreds of verifications, each of a dozen signatures. */
const timeout = 240_000

describe.each(['completed', 'canceled'] satisfies Course[])('a bundle of a %s task', course => {
  let bundle: Bundle
  beforeAll(async () => {
    bundle = JSON.parse(JSON.stringify(await simulateBundle(course)))
  })

  it('holds', async () => {
    const report = await verifyBundle(bundle)
    expect(report.findings).toEqual([])
    expect(report.ok).toBe(true)
  })

  it('does not hold once any one field is another of its kind, and the first finding says where', {
    timeout,
  }, async () => {
    const leaves = leavesOf(bundle)
    expect(leaves.length).toBeGreaterThan(200)
    for (const { at, value } of leaves) {
      expectNamed(at, await verifyBundle(replaced(bundle, at, neighbour(value))))
    }
  })

  it('does not hold once any one field is of another type, and the first finding says where', { timeout }, async () => {
    for (const { at, value } of oneOfEachKind(leavesOf(bundle))) {
      expectNamed(at, await verifyBundle(replaced(bundle, at, misfit(value))))
    }
  })

  it('does not hold without any one field', { timeout }, async () => {
    for (const { at } of oneOfEachKind(leavesOf(bundle))) {
      const without = JSON.parse(JSON.stringify(replaced(bundle, at, undefined)))
      expectNamed(at, await verifyBundle(without))
    }
  })

  it('does not hold with a field more, wherever it is', { timeout }, async () => {
    for (const { at } of oneOfEachKind(leavesOf(bundle))) {
      const beside = at.replace(/\/[^/]*$/, '/extra')
      if (!Array.isArray(valueAt(bundle, beside.replace(/\/extra$/, '')))) {
        expectNamed(beside, await verifyBundle(replaced(bundle, beside, 'more')))
      }
    }
  })
})

function valueAt(document: unknown, at: string): unknown {
  return at
    .split('/')
    .slice(1)
    .reduce((value, token) => (value as Record<string, unknown>)[token], document)
}
