import { describe, expect, it } from 'vitest'
import { blend } from '../../../agents/weather/blend.ts'
import { climatology } from '../../../agents/weather/climatology.ts'
import { forecast } from '../../../agents/weather/forecast.ts'
import { persistence } from '../../../agents/weather/persistence.ts'
import { backTest } from './back-test.ts'
import { type StormName, stormAt, truthOf } from './storms.ts'

/** Every six hours while each storm was a tropical storm or hurricane, from the day after its first fix. */
const spans: [StormName, string, string][] = [
  ['katrina', '2005-08-24T18:00Z', '2005-08-30T00:00Z'],
  ['ike', '2008-09-02T06:00Z', '2008-09-13T18:00Z'],
  ['sandy', '2012-10-23T00:00Z', '2012-10-29T18:00Z'],
]
const tries = spans.flatMap(([name, from, to]) => {
  const truth = truthOf(name)
  const times: string[] = []
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 6 * 3_600_000) times.push(new Date(ms).toISOString())
  return times.map(at => ({ hazard: stormAt(name, at), truth }))
})

describe('mean errors on Katrina, Ike and Sandy', () => {
  // What the head of each method's file says, rounded up.
  it.each([
    [persistence, { 24: 200, 48: 570, 72: 900 }],
    [climatology, { 24: 220, 48: 540, 72: 700 }],
    [blend, { 24: 190, 48: 500, 72: 680 }],
  ] as const)('%#: as the head of its file says', (method, limitKm) => {
    const errors = backTest(method, tries, [12, 24, 36, 48, 72])
    console.info(method.name, errors.map(e => `${e.leadH} h: ${e.km} km, ${e.windKt} kt (${e.cases})`).join('; '))
    for (const { leadH, km, cases } of errors) {
      expect(cases).toBeGreaterThan(30)
      if (leadH in limitKm) expect(km).toBeLessThanOrEqual(limitKm[leadH as 24 | 48 | 72])
    }
  })
})

describe('the time that a forecast takes', () => {
  it.each([persistence, climatology, blend])('is under 150 ms: $name', method => {
    const hazard = stormAt('katrina', '2005-08-28T12:00Z')
    forecast(hazard, method)
    const tookMs = [1, 2, 3, 4, 5].map(() => {
      const start = performance.now()
      forecast(hazard, method)
      return performance.now() - start
    })
    expect(Math.min(...tookMs)).toBeLessThan(150)
  })
})
