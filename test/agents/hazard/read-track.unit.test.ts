import { describe, expect, it } from 'vitest'
import { Hazard } from '../../../agents/hazard/hazard.ts'
import { readTrack } from '../../../agents/hazard/read-track.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import { now, stormAt, stormBytes } from '../weather/storms.ts'

const at = (time: string) => ({ at: new Date(time), now })
const noon = at('2005-08-28T12:00Z')
const lines = Buffer.from(stormBytes('katrina')).toString().trimEnd().split(/\r?\n/)
const track = (rows: readonly string[]) => Buffer.from(rows.join('\n'))

function refusal(rows: readonly string[] | Uint8Array, time = noon): EntenteError {
  try {
    readTrack(rows instanceof Uint8Array ? rows : track(rows), time)
  } catch (error) {
    if (error instanceof EntenteError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** NOAA's own form, as its file has Katrina's first rows. */
const noaa = [
  'AL122005,            KATRINA,     34,',
  '20050823, 1800,  , TD, 23.1N,  75.1W,  30, 1008, -999, -999, -999, -999, -999, -999, -999, -999, -999, -999, -999, -999,',
  '20050824, 0000,  , TD, 23.4N,  75.7W,  30, 1007,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,',
  '20050824, 1200,  , TS, 24.5N,  76.5W,  35, 1006,   60,   60,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, -999',
]

describe('Katrina at noon on 28 August 2005', () => {
  it('is what was known then', () => {
    const hazard = Hazard.parse(stormAt('katrina', '2005-08-28T12:00Z'))
    expect(hazard).toMatchObject({
      id: 'AL122005@2005-08-28T12:00:00Z',
      kind: 'hurricane',
      event: 'Hurricane Katrina',
      headline: 'Hurricane Katrina, 145 kt (category 5), at 25.7°N 87.7°W on 2005-08-28 12:00 UTC',
      severity: 'Extreme',
      urgency: 'Immediate',
      certainty: 'Likely',
      asOf: '2005-08-28T12:00:00Z',
      expires: null,
      replay: true,
      unusable: [],
    })
    expect(hazard.fixes.at(-1)).toEqual({
      at: '2005-08-28T12:00:00Z',
      status: 'HU',
      lat: 25.7,
      lon: -87.7,
      windKt: 145,
      pressureHpa: 909,
      galeNm: { ne: 180, se: 180, sw: 125, nw: 140 },
      stormNm: { ne: 120, se: 120, sw: 75, nw: 100 },
      hurricaneNm: { ne: 90, se: 90, sw: 50, nw: 75 },
    })
  })

  it('does not change with what the file says of later hours', () => {
    const later = lines.filter(line => line > 'AL122005,KATRINA,2005-08-28 12:00:01' && line.startsWith('AL'))
    const changed = lines.map(line =>
      later.includes(line) ? line.replace(/,HU,.*/, ',HU,nowhere,nowhere,999,,,,,,,,,,,,,') : line,
    )
    expect(later.length).toBeGreaterThan(10)
    const { source: _, ...hazard } = readTrack(track(changed), noon)
    const { source: __, ...known } = stormAt('katrina', '2005-08-28T12:00Z')
    expect(hazard).toEqual(known)
  })

  it('is read with Windows line ends and a byte-order mark alike', () => {
    expect(readTrack(Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`), noon).fixes).toEqual(
      readTrack(track(lines), noon).fixes,
    )
  })
})

describe('severity by the wind of the last fix', () => {
  it.each([
    ['2005-08-24T06:00Z', 'Minor'],
    ['2005-08-24T12:00Z', 'Moderate'],
    ['2005-08-26T00:00Z', 'Severe'],
    ['2005-08-27T12:00Z', 'Extreme'],
  ])('Katrina on %s is %s', (time, severity) => {
    expect(stormAt('katrina', time).severity).toBe(severity)
  })
})

describe('urgency and certainty by the hours to the coast', () => {
  it.each([
    ['ike', '2008-09-03T00:00Z', 'Future', 'Possible'],
    ['ike', '2008-09-12T12:00Z', 'Immediate', 'Likely'],
    ['katrina', '2005-08-24T00:00Z', 'Future', 'Unlikely'],
  ] as const)('%s on %s is %s and %s', (name, time, urgency, certainty) => {
    expect(stormAt(name, time)).toMatchObject({ urgency, certainty })
  })
})

describe('NOAA’s own form', () => {
  it('gives the same fixes as the table', () => {
    const time = at('2005-08-24T12:00Z')
    const [first, second, third] = readTrack(track(noaa), time).fixes
    const [same, alike] = readTrack(track(lines), time).fixes
    expect(first).toEqual({ ...same, galeNm: null, stormNm: null, hurricaneNm: null })
    expect(second).toEqual(alike)
    expect(third).toMatchObject({ lat: 24.5, lon: -76.5, galeNm: { ne: 60, se: 60, sw: 0, nw: 0 } })
  })

  it('is refused with the line where it breaks, or when it holds several storms', () => {
    expect(refusal([...noaa, 'something, else'], at('2005-08-24T12:00Z')).message).toContain('line 5')
    const other = noaa.map(line => line.replace('AL122005', 'AL132005'))
    const error = refusal([...noaa, ...other], at('2005-08-24T12:00Z'))
    expect(error.code).toBe('TRACK_INVALID')
    expect(error.message).toContain('AL122005, AL132005')
  })
})

describe('what is missing', () => {
  it('is null where HURDAT2 writes nothing, -99 or -999', () => {
    for (const unknown of ['', '-99', '-999']) {
      const rows = lines.map(line =>
        line.replace('12:00:00,,HU,25.7,-87.7,145,909,180', `12:00:00,,HU,25.7,-87.7,${unknown},${unknown},${unknown}`),
      )
      const hazard = readTrack(track(rows), noon)
      expect(hazard.fixes.at(-1)).toMatchObject({ windKt: null, pressureHpa: null, galeNm: null })
      expect(hazard.unusable).toEqual([expect.objectContaining({ field: 'wind', value: '2005-08-28T12:00:00Z' })])
      expect(hazard.headline).toContain('125 kt')
    }
  })

  it('is reported for a gap between fixes', () => {
    const rows = lines.filter(line => !/2005-08-27 (06|12):00/.test(line))
    expect(readTrack(track(rows), noon).unusable).toEqual([
      {
        field: 'date',
        value: '2005-08-27T00:00:00Z to 2005-08-27T18:00:00Z',
        why: expect.stringContaining('18 hours'),
      },
    ])
  })

  it('is reported for radii, as before 2004', () => {
    const rows = lines.map(line => line.split(',').slice(0, 9).join(','))
    expect(readTrack(track(rows), noon).unusable).toEqual([expect.objectContaining({ field: 'radii' })])
  })

  it('is reported for a row without a place on Earth', () => {
    const rows = lines.map(line => line.replace('24.4,-84.7', '244,-84.7'))
    const hazard = readTrack(track(rows), noon)
    expect(hazard.unusable[0]).toMatchObject({ field: 'line 18', value: '2005-08-27T12:00:00Z 244 -84.7' })
    expect(hazard.fixes.every(({ at }) => at !== '2005-08-27T12:00:00Z')).toBe(true)
  })
})

describe('tracks that are refused', () => {
  it.each([
    ['one fix', lines.slice(0, 2), '2005-08-23T18:00Z', 'DATA_EMPTY', 'one fix only'],
    ['a time before the storm', lines, '2005-08-20T00:00Z', 'DATA_EMPTY', 'no fix'],
    ['no rows', lines.slice(0, 1), '2005-08-28T12:00Z', 'DATA_EMPTY', 'no fix'],
    ['a storm that is over', lines, '2005-09-02T00:00Z', 'TRACK_NO_THREAT', 'the storm is over'],
    [
      'a time in a long gap',
      lines.filter(line => !/2005-08-(27|28)/.test(line)),
      '2005-08-28T12:00Z',
      'TRACK_INVALID',
      'gap',
    ],
    [
      'rows out of order',
      [...lines.slice(0, 5), lines[6]!, lines[5]!, ...lines.slice(7)],
      '2005-08-28T12:00Z',
      'TRACK_INVALID',
      'line 7',
    ],
    ['a row twice', [...lines.slice(0, 6), ...lines.slice(5)], '2005-08-28T12:00Z', 'TRACK_INVALID', 'line 7'],
    [
      'a date that is none',
      lines.map(line => line.replace('2005-08-25 06:00:00', 'August')),
      '2005-08-28T12:00Z',
      'TRACK_INVALID',
      'line 8',
    ],
    [
      'two storms',
      [...lines, lines[1]!.replace('AL122005', 'AL092008')],
      '2005-08-28T12:00Z',
      'TRACK_INVALID',
      'AL122005, AL092008',
    ],
    [
      'missing columns',
      ['id,name,date', 'AL122005,KATRINA,2005-08-28 12:00:00'],
      '2005-08-28T12:00Z',
      'TRACK_INVALID',
      'latitude, longitude',
    ],
    ['a ragged table', [...lines, 'AL122005,KATRINA'], '2005-08-28T12:00Z', 'TRACK_INVALID', 'not a table'],
    [
      'no wind at all',
      lines.map(line => line.replace(/(,[A-Z]{2},[\d.]+,-[\d.]+),\d+/, '$1,-99')),
      '2005-08-28T12:00Z',
      'DATA_EMPTY',
      'how strong',
    ],
  ])('%s', (_, rows, time, code, why) => {
    const error = refusal(rows, at(time))
    expect(error.code).toBe(code)
    expect(error.message).toContain(why)
  })

  it('what is not text', () => {
    expect(refusal(Uint8Array.from([0x69, 0x64, 0x2c, 0xff, 0xfe])).code).toBe('TRACK_INVALID')
  })
})
