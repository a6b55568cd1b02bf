import { expect, it } from 'vitest'
import { eventKind } from '../../../agents/hazard/event-kind.ts'
import { Hazard } from '../../../agents/hazard/hazard.ts'

it.each([
  ['Tsunami Warning', [], 'tsunami'],
  ['Storm Surge Warning', [], 'storm-surge'],
  ['Hurricane Watch', [], 'hurricane'],
  ['Tropical Storm Warning', [], 'hurricane'],
  ['SEVERE THUNDERSTORM', ['SVR'], 'thunderstorm'],
  ['Tornado Warning', ['TOR'], 'tornado'],
  ['Flash Flood Watch', ['FFA'], 'flood'],
  ['neige', ['WSW'], 'snow'],
  ['Red Flag Warning', [], 'fire'],
  ['High Wind Warning', [], 'wind'],
  ['Excessive Heat Warning', [], 'heat'],
  ['Train derailment in rough terrain near the theatre', [], 'met'],
])('%s %o is of kind %s', (event, codes, kind) => {
  expect(eventKind(event, codes, 'Met')).toBe(kind)
  expect(Hazard.shape.kind.safeParse(kind).success).toBe(true)
})
