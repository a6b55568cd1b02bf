import { beforeAll, describe, expect, it } from 'vitest'
import { checkAnchors } from '../../evidence/check-anchors.ts'
import { checkBatch } from '../../evidence/check-batch.ts'
import { redact } from '../../evidence/redact/redact.ts'
import { verifyRedacted } from '../../evidence/redact/verify-redacted.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { leavesOf, neighbour, replaced } from './flip.ts'
import { simulateBatched } from './simulated-batch.ts'

describe('a bundle of a task that a batch settled', () => {
  let bundle: Bundle
  beforeAll(async () => {
    bundle = JSON.parse(JSON.stringify(await simulateBatched()))
  })

  it('holds, and says what of the batch was not seen', async () => {
    const report = await verifyBundle(bundle)
    expect(report.findings).toEqual([])
    expect(report.checks.find(({ name }) => name === 'batch')!.count).toBeGreaterThan(5)
    expect(report.unchecked.join('\n')).toContain('The lines of other tasks in batch 5')
  })

  it('does not hold once any one field of its batch is another', async () => {
    const leaves = leavesOf(bundle.batch, '/batch').filter(({ value }) => typeof value !== 'object')
    expect(leaves.length).toBeGreaterThan(100)
    for (const { at, value } of leaves) {
      const changed = replaced(bundle, at, neighbour(value))
      const findings = [...checkBatch(changed).findings, ...(await checkAnchors(changed)).findings]
      expect(findings, at).not.toEqual([])
    }
  })

  it('does not hold without its batch, or with one that its history does not have', () => {
    const { batch, ...without } = bundle
    expect(checkBatch(without).findings).toMatchObject([{ where: '/batch' }])
    const events = bundle.events.filter(({ event }) => event.type !== 'TaskBatched')
    expect(checkBatch({ ...bundle, events }).findings).toMatchObject([{ where: '/batch' }])
  })

  it('shows a reader who may not see all of it that the batch was posted and final, and no lines', async () => {
    const redacted = redact(bundle, null)
    expect(Object.keys(redacted.batch!).sort()).toEqual(['final', 'header', 'id'])
    expect((await verifyRedacted(JSON.parse(JSON.stringify(redacted)))).findings).toEqual([])
  })
})
