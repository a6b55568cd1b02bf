import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { readCap } from '../../../agents/hazard/read-cap.ts'
import { alertOver, newOrleans } from '../health/katrina.ts'
import { inputOf, katrina, publish } from './notice-of.ts'

/** The sequences of the schema of OASIS CAP-v1.2-os, section 3.4; `!` marks what is required. */
const order: Record<string, string> = {
  alert:
    'identifier! sender! sent! status! msgType! source scope! restriction addresses code note references incidents info',
  info:
    'language category! event! responseType urgency! severity! certainty! audience eventCode effective onset expires ' +
    'senderName headline description instruction web contact parameter resource area',
  area: 'areaDesc! polygon circle geocode altitude ceiling',
  parameter: 'valueName! value!',
  geocode: 'valueName! value!',
}
const now = new Date('2026-01-01T00:00:00Z')
const bytes = (cap: string) => new TextEncoder().encode(cap)

describe('the CAP alert', () => {
  it('is well-formed, with the required elements, in the order of the schema', async () => {
    const codes = [
      { system: 'FIPS6', code: '022071' },
      { system: 'UGC', code: 'LAZ062' },
    ]
    const inputs = [await katrina(), await inputOf(alertOver([{ ...newOrleans, codes }]))]
    for (const input of inputs) {
      const { cap } = (await publish(input)).notice
      expect(XMLValidator.validate(cap)).toBe(true)
      expect(
        cap.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'),
      ).toBe(true)
      const seen = checkOrder(new XMLParser({ preserveOrder: true, ignoreDeclaration: true }).parse(cap))
      expect(seen).toEqual(expect.arrayContaining(['alert', 'info', 'area', 'parameter']))
    }
  })

  it('reads back as the hazard that it was made of', async () => {
    const input = await katrina({ replay: false })
    const { cap } = (await publish(input)).notice
    const read = readCap(bytes(cap), { at: 'sent', now })
    expect(read).toMatchObject({
      kind: 'hurricane',
      event: 'Hurricane Katrina',
      ...{ severity: 'Extreme', urgency: input.hazard.urgency, certainty: input.hazard.certainty },
      ...{ asOf: '2005-08-28T12:00:00Z', expires: input.response.expires },
    })
    expect(read.areas.map(({ polygons }) => polygons)).toEqual(input.response.areas.map(({ polygons }) => polygons))
    // Nothing of it is unusable but that a reader uses one language.
    expect(read.unusable.map(({ value }) => value)).toEqual(['zh-CN Hurricane Katrina'])
  })

  it('of a replay is an Exercise, which nobody can take for the real thing', async () => {
    const { cap } = (await publish(await katrina({ replay: true }))).notice
    expect(cap).toContain('<status>Exercise</status>')
    expect(cap).toMatch(/<note>Replay of Hurricane Katrina/)
    expect(() => readCap(bytes(cap), { at: 'sent', now })).toThrow(
      expect.objectContaining({ code: 'ALERT_NOT_ACTUAL' }),
    )
  })

  it('has one info a language, in UTF-8', async () => {
    const { cap } = (await publish(await katrina())).notice
    expect([...cap.matchAll(/<language>(.*?)<\/language>/g)].map(([, tag]) => tag)).toEqual(['en-US', 'zh-CN'])
    expect(cap).toContain('飓风“Katrina”')
  })

  it('writes times as CAP asks, never with Z', async () => {
    const { cap } = (await publish(await katrina())).notice
    const times = [...cap.matchAll(/<(sent|onset|expires)>(.*?)</g)].map(([, , time]) => time!)
    expect(times.length).toBe(5)
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00$/)
  })

  it('escapes what would be markup, and drops what XML cannot hold', async () => {
    const event = 'Flood <b>&\u0007 "Warning" \ud800'
    const area = { ...newOrleans, description: ']]> & <polygon>' }
    const input = await inputOf(alertOver([area], { id: 'a <b>,&c', event, headline: event }))
    const { cap } = (await publish(input)).notice
    const read = readCap(bytes(cap), { at: 'sent', now })
    expect(read.id).toBe('entente-a__b>__c')
    expect(read.event).toBe('Flood <b>& "Warning" \ufffd')
    expect(read.areas[0]?.description).toBe(']]> & <polygon>')
    expect(read.areas[0]?.circles).toEqual(newOrleans.circles)
  })

  it('passes on zone codes where nothing else is known', async () => {
    const zones = { description: 'Aleutians', polygons: [], circles: [], codes: [{ system: 'UGC', code: 'AKZ185' }] }
    const input = await inputOf(alertOver([zones], { kind: 'tsunami', event: 'Tsunami Warning' }))
    const read = readCap(bytes((await publish(input)).notice.cap), { at: 'sent', now })
    expect(read.areas).toEqual([zones])
  })
})

type Node = Record<string, Node[] | string>

/** Checks every element below against `order`; the names of those that it knows. */
function checkOrder(nodes: readonly Node[]): string[] {
  return nodes.flatMap(node =>
    Object.entries(node).flatMap(([name, children]) => {
      const sequence = order[name]?.split(' ')
      if (!sequence || typeof children === 'string') return []
      const names = children.map(child => Object.keys(child).find(key => key !== ':@')!)
      const places = names.map(child => sequence.findIndex(entry => entry.replace('!', '') === child))
      expect(places, `${name}: ${names}`).not.toContain(-1)
      expect(places, `${name}: ${names}`).toEqual(places.toSorted((a, b) => a - b))
      const required = sequence.filter(entry => entry.endsWith('!')).map(entry => entry.slice(0, -1))
      expect(names, name).toEqual(expect.arrayContaining(required))
      return [name, ...checkOrder(children)]
    }),
  )
}
