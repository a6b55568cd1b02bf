import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Hazard } from '../../../agents/hazard/hazard.ts'
import { readCap } from '../../../agents/hazard/read-cap.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import { alertXml, type Parts } from './alert-xml.ts'

const now = new Date('2026-01-01T00:00:00Z')
const inForce = new Date('2026-01-01T00:00:00Z')

function file(name: string): Uint8Array {
  return readFileSync(new URL(`cap/${name}`, import.meta.url))
}

function read(parts: Parts = {}, at: Date | 'sent' = inForce): Hazard {
  return Hazard.parse(readCap(Buffer.from(alertXml(parts)), { at, now }))
}

function refusal(act: () => unknown): EntenteError {
  try {
    act()
  } catch (error) {
    if (error instanceof EntenteError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('real alerts, seen when they were sent', () => {
  it('a tsunami warning known by zones, with arrival times of another year', () => {
    const hazard = Hazard.parse(readCap(file('wcatwc-warning.cap'), { at: 'sent', now }))
    expect(hazard).toMatchObject({
      id: 'PAAQ-2-lqw6d6',
      kind: 'tsunami',
      severity: 'Extreme',
      urgency: 'Immediate',
      certainty: 'Likely',
      asOf: '2011-09-02T11:36:50Z',
      expires: '2011-09-02T12:36:50Z',
      replay: true,
      source: { format: 'CAP-1.2' },
    })
    expect(hazard.areas[0]!.codes).toEqual([
      { system: 'UGC', code: 'AKZ185' },
      { system: 'UGC', code: 'AKZ187' },
    ])
    const reasons = (field: string) => hazard.unusable.filter(each => each.field === field).map(({ why }) => why)
    expect(reasons('area')).toEqual([expect.stringContaining('known only by zone codes')])
    expect(reasons('parameter predictedArrivalTime')).toHaveLength(25)
    expect(reasons('parameter predictedArrivalTime')[0]).toContain('422 days after the alert was sent')
    expect(reasons('parameter EventOriginTime')).toEqual([])
  })

  it('a signed alert in two languages: the signature is reported as not checked, the French as not used', () => {
    const hazard = readCap(file('canada_signed.cap'), { at: 'sent', now })
    expect(hazard).toMatchObject({
      kind: 'snow',
      severity: 'Moderate',
      event: 'snowfall',
      headline: 'snowfall warning',
    })
    expect(hazard.areas).toHaveLength(2)
    expect(hazard.areas[0]!.polygons[0]![0]).toEqual([-104.2, 54.4054])
    expect(hazard.areas[1]!.description).toBe('Île à la Crosse - Buffalo Narrows - Beauval')
    expect(hazard.unusable).toEqual([
      expect.objectContaining({ field: 'Signature', why: expect.stringContaining('not checked') }),
      expect.objectContaining({ field: 'info[2]', value: 'fr-CA neige' }),
    ])
  })

  it('CAP 1.1: a flood watch, and an earthquake that covers no area', () => {
    expect(readCap(file('weather.cap'), { at: 'sent', now })).toMatchObject({
      kind: 'flood',
      source: { format: 'CAP-1.1' },
    })
    const quake = readCap(file('earthquake.cap'), { at: 'sent', now })
    expect(quake).toMatchObject({ kind: 'earthquake', severity: 'Unknown', urgency: 'Past' })
    expect(quake.unusable[0]).toMatchObject({ field: 'circle', value: '-16.053,-173.274 0.0' })
  })

  it('an update that names no message it updates', () => {
    const hazard = readCap(file('canada_errors.cap'), { at: 'sent', now })
    expect(hazard.unusable).toEqual([expect.objectContaining({ field: 'references' })])
  })
})

describe('alerts that are refused', () => {
  it.each([
    ['invalid.cap', 'scope is missing'],
    ['no_optional_fields.cap', 'info is missing'],
    ['xee.cap', 'document type declaration'],
  ])('%s: %s', (name, why) => {
    const error = refusal(() => readCap(file(name), { at: 'sent', now }))
    expect(error.code).toBe('ALERT_INVALID')
    expect(error.message).toContain(why)
  })

  it('names everything that is missing or wrong at once', () => {
    const { code, message } = refusal(() => read({ sender: '', severity: 'Terrible', areaDesc: '', sent: 'yesterday' }))
    expect(code).toBe('ALERT_INVALID')
    for (const fault of [
      'sender is missing',
      'info[1].severity is "Terrible"',
      'area[1].areaDesc is missing',
      'sent is "yesterday"',
    ])
      expect(message).toContain(fault)
  })

  it.each([
    [{ status: 'Test' }, 'ALERT_NOT_ACTUAL'],
    [{ status: 'Exercise' }, 'ALERT_NOT_ACTUAL'],
    [{ status: 'System' }, 'ALERT_NOT_ACTUAL'],
    [{ status: 'Draft' }, 'ALERT_NOT_ACTUAL'],
    [{ msgType: 'Cancel' }, 'ALERT_WITHDRAWN'],
    [{ msgType: 'Ack' }, 'ALERT_WITHDRAWN'],
    [{ msgType: 'Error' }, 'ALERT_WITHDRAWN'],
    [{ namespace: 'http://www.incident.com/cap/1.0' }, 'ALERT_INVALID'],
    [{ namespace: '' }, 'ALERT_INVALID'],
    [{ root: 'warning' }, 'ALERT_INVALID'],
  ] as const)('%o: %s', (parts, code) => {
    expect(refusal(() => read(parts)).code).toBe(code)
  })

  it.each(['', 'hello', '<alert>', '<a/><b/>', '{"alert":1}', '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>'])(
    'what is no alert at all: %o',
    text => {
      expect(refusal(() => readCap(Buffer.from(text), { at: 'sent', now })).code).toBe('ALERT_INVALID')
    },
  )
})

describe('time', () => {
  it('an alert is in force until it expires, and refused from then on', () => {
    expect(read({}, new Date('2026-01-01T05:59:59Z')).asOf).toBe('2026-01-01T05:59:59Z')
    expect(refusal(() => read({}, new Date('2026-01-01T06:00:00Z'))).code).toBe('ALERT_EXPIRED')
    expect(refusal(() => read({}, new Date('2025-12-31T22:59:59Z'))).message).toContain('nobody knew of it')
  })

  it('one that says no expiry stands for a day', () => {
    expect(read({ expires: '' }, new Date('2026-01-01T22:00:00Z')).expires).toBeNull()
    expect(refusal(() => read({ expires: '' }, new Date('2026-01-02T00:00:00Z'))).code).toBe('ALERT_EXPIRED')
  })

  it('an alert seen as of now is no replay', () => {
    expect(read({}, now).replay).toBe(false)
    expect(read({}, 'sent').replay).toBe(true)
  })
})

describe('what is written in other ways', () => {
  it('a namespace prefix', () => {
    expect(read({ prefix: 'cap' })).toMatchObject({ event: 'Flood', areas: [{ description: 'Río Grande' }] })
  })

  it('elements of another namespace do not count as CAP’s own', () => {
    const foreign = '<x:event xmlns:x="urn:other">Meteor</x:event><severity xmlns="urn:other">Extreme</severity>'
    expect(read({ inInfo: foreign })).toMatchObject({ event: 'Flood', severity: 'Severe' })
  })

  it.each([
    ['ISO-8859-1', 'latin1'],
    ['windows-1252', 'latin1'],
    ['utf-8', 'utf8'],
  ] as const)('the character set %s', (encoding, node) => {
    const hazard = readCap(Buffer.from(alertXml({ encoding }), node), { at: inForce, now })
    expect(hazard.areas[0]!.description).toBe('Río Grande')
  })

  it('UTF-16 of either order, by its mark or without', () => {
    const little = Buffer.from(alertXml({ encoding: 'UTF-16' }), 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const bytes of [
      little,
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      big,
      Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    ])
      expect(readCap(bytes, { at: inForce, now }).areas[0]!.description).toBe('Río Grande')
  })

  it('refuses bytes that are not in the character set, and sets that nobody knows', () => {
    const latin = Buffer.from(alertXml({ encoding: 'utf-8' }), 'latin1')
    expect(refusal(() => readCap(latin, { at: inForce, now })).message).toContain('does not fit its bytes')
    expect(refusal(() => read({ encoding: 'EBCDIC-CP-XX' })).message).toContain('not an encoding that is known')
  })

  it('references to characters, and to nothing else', () => {
    expect(read({ headline: '&lt;b&gt; &#233; &#x4e2d; &amp;amp;' }).headline).toBe('<b> é 中 &amp;')
    expect(read({ headline: '<![CDATA[a & <b> &lt;]]>' }).headline).toBe('a & <b> &lt;')
    expect(refusal(() => read({ headline: '&xxe;' })).message).toContain('&xxe;')
    expect(refusal(() => read({ headline: 'fish & chips' })).code).toBe('ALERT_INVALID')
  })

  it('no document type, even one that does no harm; the word in a comment or in the text is none', () => {
    expect(refusal(() => read({ doctype: '<!DOCTYPE alert>' })).message).toContain('document type')
    expect(refusal(() => read({ doctype: '<!DOCTYPE alert [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' })).code).toBe(
      'ALERT_INVALID',
    )
    expect(read({ doctype: '<!-- <!DOCTYPE alert> -->', headline: '<![CDATA[<!DOCTYPE]]>' }).headline).toBe('<!DOCTYPE')
  })
})

describe('areas', () => {
  const drawn = (geometry: string) => {
    const { areas, unusable } = read({ geometry })
    return { ...areas[0]!, unusable }
  }

  it('polygons and circles, as longitude and latitude', () => {
    const { polygons, circles, unusable } = drawn(
      '<polygon>30,-90 31,-90 31,-89 30,-90</polygon><circle>29.5,-90.5 12.5</circle>',
    )
    expect(polygons).toEqual([
      [
        [-90, 30],
        [-90, 31],
        [-89, 31],
        [-90, 30],
      ],
    ])
    expect(circles).toEqual([{ lat: 29.5, lon: -90.5, radiusKm: 12.5 }])
    expect(unusable).toEqual([])
  })

  it.each([
    ['<polygon>30,-90 31,-90 31,-89</polygon>', 'four pairs'],
    ['<polygon>30,-90 31,-90 31,-89 30,-91</polygon>', 'not closed'],
    ['<polygon>30,-90 31,-90 x,-89 30,-90</polygon>', 'not pairs'],
    ['<polygon>30,-90 31,-90 31,-189 30,-90</polygon>', 'on Earth'],
    ['<polygon>30;-90 31;-90 31;-89 30;-90</polygon>', 'not pairs'],
    ['<circle>29.5,-90.5</circle>', 'radius'],
    ['<circle>29.5,-90.5 -3</circle>', 'radius'],
    ['<circle>29.5 -90.5 3</circle>', 'radius'],
  ])('reports %s', (geometry, why) => {
    const { polygons, circles, unusable } = drawn(geometry)
    expect([...polygons, ...circles]).toEqual([])
    expect(unusable[0]!.why).toContain(why)
    expect(unusable[1]!.field).toBe('area')
  })
})

describe('several blocks of information', () => {
  it('takes English wherever it stands, and the first where there is none', () => {
    expect(read({ language: 'fr-CA', more: [{ language: 'en-US', event: 'Storm surge' }] }).event).toBe('Storm surge')
    expect(read({ language: 'fr-CA', more: [{ language: 'es-MX', event: 'Inundación' }] }).event).toBe('Flood')
  })

  it('takes the most severe, and reports the other', () => {
    const hazard = read({ more: [{ severity: 'Extreme', event: 'Tsunami Warning' }] })
    expect(hazard).toMatchObject({ kind: 'tsunami', severity: 'Extreme' })
    expect(hazard.unusable).toContainEqual(expect.objectContaining({ field: 'info[1]' }))
  })

  it('joins the areas of those that say the same', () => {
    expect(read({ more: [{ areaDesc: 'Pecos' }] }).areas.map(({ description }) => description)).toEqual([
      'Río Grande',
      'Pecos',
    ])
  })

  it('leaves out those that have expired', () => {
    const hazard = read({
      severity: 'Extreme',
      expires: '2025-12-31T23:30:00-00:00',
      more: [{ severity: 'Minor', event: 'Rain' }],
    })
    expect(hazard).toMatchObject({ event: 'Rain', kind: 'rain' })
    expect(hazard.unusable[0]!.why).toContain('no longer in force')
  })
})
