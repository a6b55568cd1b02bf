import { beforeAll, describe, expect, it } from 'vitest'
import { redact } from '../../evidence/redact/redact.ts'
import { verifyRedacted } from '../../evidence/redact/verify-redacted.ts'
import type { Bundle, RedactedBundle } from '../../protocol/evidence.ts'
import { simulateBundle } from './simulated-bundle.ts'

let bundle: Bundle
beforeAll(async () => {
  bundle = JSON.parse(JSON.stringify(await simulateBundle('completed')))
})

const forReader = (reader: string | null): RedactedBundle => JSON.parse(JSON.stringify(redact(bundle, reader)))

describe('what a domain may see', () => {
  it('is what went to it and what its agents said, how the task went, and its money', async () => {
    const left = forReader('health-two')
    const shown = left.events.flatMap(entry => ('event' in entry ? [entry.event] : []))
    const given = shown.filter(event => event.type === 'SubtaskAssigned')
    expect(given.map(({ subtaskId }) => subtaskId)).toEqual(['beds'])
    expect(shown.flatMap(event => (event.type === 'ResultReceived' ? [event.agentId] : []))).toEqual(['13'])
    expect(shown.map(({ type }) => type)).toEqual(expect.arrayContaining(['SettlementComputed', 'TaskSettled']))
    const { ok, findings, unchecked } = await verifyRedacted(left)
    expect({ ok, findings }).toEqual({ ok: true, findings: [] })
    expect(unchecked[0]).toMatch(/withheld from health-two \(TaskSubmitted, /)
  })

  it('has no word of what was asked, given or said elsewhere', () => {
    const text = JSON.stringify(forReader(null))
    for (const secret of ['Buras', 'windKt', '"severity"', 'Extreme', 'beds":412']) expect(text).not.toContain(secret)
    expect(JSON.stringify(bundle)).toContain('Buras')
  })

  it('is not made for the domain that ordered the task', () => {
    const refusal = expect.objectContaining({ code: 'REDACTION_NEEDLESS' })
    expect(() => redact(bundle, 'emergency')).toThrow(refusal)
  })

  it('is not made for a domain that took no part, for nobody would notice a wrong name', () => {
    const message = expect.stringMatching(
      /^health-tow took no part in the task: emergency, health-one, health-two, .* did$/,
    )
    expect(() => redact(bundle, 'health-tow')).toThrow(expect.objectContaining({ code: 'READER_UNKNOWN', message }))
  })
})

describe('what is left is proven as it was', () => {
  it('a changed value of what is shown, and a changed hash of what is not, are found', async () => {
    const left = forReader('health-two')
    for (const [index, entry] of left.events.entries()) {
      const changed = structuredClone(left)
      const there = changed.events[index]!
      if ('event' in there) there.event.atMs += 1
      else there.hash = `0x${'0'.repeat(64)}`
      const { ok, findings } = await verifyRedacted(changed)
      expect(ok, JSON.stringify(entry).slice(0, 200)).toBe(false)
      expect(findings.map(({ where }) => where).join()).toMatch(new RegExp(`/events/${index}|/leaves/`))
    }
  })

  it('so is an event left out, one put in, and one that is said to be of another type', async () => {
    const left = forReader('health-two')
    const at = left.events.findIndex(entry => 'withheld' in entry)
    const without = { ...left, events: left.events.toSpliced(at, 1) }
    const twice = { ...left, events: left.events.toSpliced(at, 0, left.events[at]!) }
    const renamed = { ...left, events: left.events.with(at, { withheld: 'TaskFunded', hash: left.events[at]!.hash }) }
    for (const changed of [without, twice, renamed]) expect((await verifyRedacted(changed)).ok).toBe(false)
  })

  it('what is no redacted bundle is said to be none', async () => {
    expect(await verifyRedacted(bundle)).toMatchObject({ ok: false, taskId: null })
  })
})
