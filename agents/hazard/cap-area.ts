import { field } from './cap-fields.ts'
import type { Area, Unusable } from './hazard.ts'
import type { XmlElement } from './read-xml.ts'

type Reading<T> = { readonly value: T } | { readonly why: string }

/** One `area` of an alert, and what of it cannot be drawn on a map. */
export function readArea(area: XmlElement): { area: Area; unusable: Unusable[] } {
  const unusable: Unusable[] = []
  const keep = <T>(name: string, read: (text: string) => Reading<T>): T[] =>
    area.all(name).flatMap(({ text }) => {
      const reading = read(text)
      if ('value' in reading) return [reading.value]
      unusable.push({ field: name, value: excerpt(text), why: reading.why })
      return []
    })
  const polygons = keep('polygon', readPolygon)
  const circles = keep('circle', readCircle)
  const codes = area.all('geocode').map(code => ({ system: field(code, 'valueName'), code: field(code, 'value') }))
  const description = field(area, 'areaDesc')
  if (polygons.length + circles.length === 0) unusable.push(unmapped(description, codes))
  return { area: { description, polygons, circles, codes }, unusable }
}

function unmapped(description: string, codes: Area['codes']): Unusable {
  if (codes.length === 0)
    return { field: 'area', value: description, why: 'known only by its description; it cannot be put on a map' }
  const value = codes.map(({ system, code }) => `${system} ${code}`).join(', ')
  return { field: 'area', value, why: `known only by zone codes, of which no map is at hand: ${description}` }
}

/** CAP: "lat,lon lat,lon …", at least four pairs, the last the first. */
function readPolygon(text: string): Reading<[lon: number, lat: number][]> {
  const ring = text.split(/\s+/).map(readPair)
  if (ring.some(pair => pair === undefined)) return { why: 'not pairs of "latitude,longitude" on Earth' }
  const pairs = ring as [number, number][]
  const [first, last] = [pairs[0], pairs.at(-1)]
  if (pairs.length < 4) return { why: `a polygon needs four pairs or more; this has ${pairs.length}` }
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
    return { why: 'the last pair is not the first: it is not closed' }
  return { value: pairs }
}

/** CAP: "lat,lon radius", kilometres. */
function readCircle(text: string): Reading<Area['circles'][number]> {
  const [centre = '', radius = '', ...rest] = text.split(/\s+/)
  const pair = readPair(centre)
  const radiusKm = readNumber(radius)
  if (!pair || radiusKm === undefined || radiusKm < 0 || rest.length > 0)
    return { why: 'not "latitude,longitude radius" on Earth with a radius in kilometres' }
  if (radiusKm === 0) return { why: 'a point: its radius of 0 km covers no area' }
  return { value: { lat: pair[1], lon: pair[0], radiusKm } }
}

function readPair(text: string): [lon: number, lat: number] | undefined {
  const [lat, lon, ...rest] = text.split(',').map(readNumber)
  if (lat === undefined || lon === undefined || rest.length > 0) return undefined
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : undefined
}

function readNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined
}

/** Enough of a long value to find it in the source. */
export function excerpt(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`
}
