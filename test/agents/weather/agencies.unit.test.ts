import { describe, expect, it } from 'vitest'
import coastalInstitute from '../../../agents/weather/coastal-institute.ts'
import nationalWeather from '../../../agents/weather/national-weather.ts'
import navalMeteorology from '../../../agents/weather/naval-meteorology.ts'
import { stormAt } from './storms.ts'

const agencies = [nationalWeather, coastalInstitute, navalMeteorology]
const ctx = {
  signal: new AbortController().signal,
  taskId: `0x${'0'.repeat(64)}` as const,
  subtaskId: 'weather',
  attempt: 1,
  idempotencyKey: 'once',
  progress() {},
}

describe('the weather agencies', () => {
  it('offer one skill, each by a method of its own', async () => {
    const hazard = stormAt('katrina', '2005-08-28T12:00Z')
    const outputs = await Promise.all(agencies.map(({ skills: [skill] }) => skill!.run({ hazard }, ctx)))
    expect(new Set(agencies.map(({ name }) => name)).size).toBe(3)
    expect(new Set(agencies.map(({ skills }) => `${skills[0]!.name}@${skills[0]!.version}`))).toEqual(
      new Set(['forecast-threat@1.0.0']),
    )
    expect(new Set(outputs.map(({ method }) => method)).size).toBe(3)
  })

  it('attest the very same facts of one bulletin, by their own forecasts', () => {
    const facts = agencies.map(({ attests }) => attests!(stormAt('katrina', '2005-08-28T12:00Z')))
    expect(facts).toEqual(Array(3).fill({ eventKind: 'hurricane', severity: 4, urgency: 4, certainty: 3, area: 'US' }))
  })

  it('attest nothing of a storm that stays at sea, nor of what is no bulletin', () => {
    for (const { attests } of agencies) {
      expect(attests!(stormAt('ike', '2008-09-03T00:00Z'))).toBeNull()
      expect(attests!({ storm: 'Katrina' })).toBeNull()
      expect(attests!(null)).toBeNull()
    }
  })
})
