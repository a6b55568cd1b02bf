import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../agents/hazard/attest.ts'
import type { Hazard } from '../../../agents/hazard/hazard.ts'
import { readCap } from '../../../agents/hazard/read-cap.ts'
import { now, stormAt } from '../weather/storms.ts'
import { alertXml } from './alert-xml.ts'

const katrina = stormAt('katrina', '2005-08-28T12:00Z')
const flood = (parts = {}) => readCap(Buffer.from(alertXml(parts)), { at: 'sent', now })

describe('the facts that a document bears out', () => {
  it('of a storm and of an alert, as ordinals', () => {
    expect(factsOf(katrina)).toEqual({ eventKind: 'hurricane', severity: 4, urgency: 4, certainty: 3, area: 'US' })
    expect(factsOf(flood())).toEqual({ eventKind: 'flood', severity: 3, urgency: 4, certainty: 4, area: 'US' })
  })

  it('with the area by zone codes or by the map', () => {
    const zone = '<geocode><valueName>UGC</valueName><value>LAZ060</value></geocode>'
    expect(factsOf(flood({ geometry: zone }))).toMatchObject({ area: 'US' })
    expect(factsOf(flood({ geometry: '<circle>30.45,-91.19 20</circle>' }))).toMatchObject({ area: 'US' })
    expect(factsOf(flood({ geometry: '<circle>48.85,2.35 20</circle>' }))).toMatchObject({ area: '' })
  })
})

describe('nothing is attested of', () => {
  const forged: [string, Partial<Hazard>][] = [
    ['a severity that the fixes do not bear out', { severity: 'Severe' }],
    ['an urgency that they do not', { urgency: 'Future' }],
    ['a fix later than the document', { asOf: '2005-08-28T11:00:00Z' }],
    ['fixes out of order', { fixes: [...katrina.fixes].reverse() }],
    ['a fix told twice', { fixes: [...katrina.fixes, katrina.fixes.at(-1)!] }],
    ['one fix', { fixes: katrina.fixes.slice(-1) }],
    ['no wind', { fixes: katrina.fixes.map(fix => ({ ...fix, windKt: null })) }],
    ['what had expired', { expires: '2005-08-28T12:00:00Z' }],
    ['another schema', { schema: 'entente.hazard/2' as Hazard['schema'] }],
  ]
  it.each(forged)('%s', (_, change) => {
    expect(factsOf({ ...katrina, ...change })).toBeNull()
  })

  it('no document', () => {
    for (const nothing of [null, undefined, 'Katrina', 5, {}]) expect(factsOf(nothing)).toBeNull()
  })
})
