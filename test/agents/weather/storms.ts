import { readFileSync } from 'node:fs'
import type { Fix, Hazard } from '../../../agents/hazard/hazard.ts'
import { readTrack } from '../../../agents/hazard/read-track.ts'

const folder = new URL('../../../scenarios/emergency-response/data/storms/', import.meta.url)
const files = { katrina: 'hurdat2-katrina-2005.csv', ike: 'hurdat2-ike-2008.csv', sandy: 'hurdat2-sandy-2012.csv' }
export type StormName = keyof typeof files

/** After all of the storms here: every reading of them is a replay. */
export const now = new Date('2026-01-01T00:00:00Z')

export function stormBytes(name: StormName): Uint8Array {
  return readFileSync(new URL(files[name], folder))
}

export function stormAt(name: StormName, at: string): Hazard {
  return readTrack(stormBytes(name), { at: new Date(at), now })
}

/** All fixes, for comparing a forecast with what came. */
export function truthOf(name: StormName): Fix[] {
  const last = { katrina: '2005-08-31T06:00Z', ike: '2008-09-15T12:00Z', sandy: '2012-10-31T12:00Z' }[name]
  return stormAt(name, last).fixes
}

/** Every six hours of the two days before the centre came ashore: Florida and Louisiana, Texas, New Jersey. */
export const beforeLandfall: readonly (readonly [StormName, string])[] = [
  ...sixHourly('katrina', '2005-08-24T00:00Z', '2005-08-25T18:00Z'),
  ...sixHourly('katrina', '2005-08-27T12:00Z', '2005-08-29T12:00Z'),
  ...sixHourly('ike', '2008-09-11T12:00Z', '2008-09-13T06:00Z'),
  ...sixHourly('sandy', '2012-10-28T00:00Z', '2012-10-29T18:00Z'),
]

function sixHourly(name: StormName, from: string, to: string): [StormName, string][] {
  const times: [StormName, string][] = []
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 6 * 3_600_000)
    times.push([name, new Date(ms).toISOString()])
  return times
}
