import { XMLBuilder } from 'fast-xml-parser'
import type { Area } from '../hazard/hazard.ts'
import type { Notice, NoticeInput, Wording } from './notice.ts'

/** Who sends our alerts. CAP asks for a globally unique name; `.example` is reserved, so it is nobody else's. */
const sender = 'public-information.entente.example'

/** CAP's categories for the kinds of ../hazard/event-kind.ts; a kind that is not listed is weather. */
const categories: Readonly<Record<string, string>> = {
  avalanche: 'Geo',
  cbrne: 'CBRNE',
  chemical: 'CBRNE',
  earthquake: 'Geo',
  env: 'Env',
  fire: 'Fire',
  geo: 'Geo',
  health: 'Health',
  infra: 'Infra',
  landslide: 'Geo',
  other: 'Other',
  radiation: 'CBRNE',
  rescue: 'Rescue',
  safety: 'Safety',
  security: 'Security',
  transport: 'Transport',
  tsunami: 'Geo',
  volcano: 'Geo',
}

/**
 * The notice as a Common Alerting Protocol 1.2 alert (OASIS, 2010), one `info` a language; elements in the order of the
 * standard's schema, which is a sequence. A replay is an Exercise: no receiver may take it for the real thing.
 */
export function writeCap({ hazard, response }: NoticeInput, { en, zh }: Omit<Notice, 'cap'>): string {
  const alert = {
    '@xmlns': 'urn:oasis:names:tc:emergency:cap:1.2',
    identifier: `entente-${hazard.id.replace(/[\s,<&]/g, '_')}`,
    sender,
    sent: capTime(hazard.asOf),
    status: hazard.replay ? 'Exercise' : 'Actual',
    msgType: 'Alert',
    scope: 'Public',
    ...(hazard.replay ? { note: `Replay of ${hazard.event} as of ${hazard.asOf}` } : {}),
    info: [info('en-US', en, { hazard, response }), info('zh-CN', zh, { hazard, response })],
  }
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ alert: printable(alert) })}`
}

function info(language: string, wording: Wording, { hazard, response }: NoticeInput) {
  return {
    language,
    category: categories[hazard.kind] ?? 'Met',
    event: hazard.event,
    responseType: 'Prepare',
    urgency: hazard.urgency,
    severity: response.severity,
    certainty: hazard.certainty,
    ...(response.galesFrom ? { onset: capTime(response.galesFrom) } : {}),
    expires: capTime(response.expires),
    senderName: 'Public Information',
    headline: wording.headline,
    description: [wording.text, wording.places].filter(part => part !== '').join('\n'),
    instruction: wording.instruction,
    parameter: [
      { valueName: 'hazard', value: hazard.id },
      { valueName: 'wordedBy', value: wording.wordedBy },
    ],
    area: response.areas.map(area),
  }
}

/** CAP writes latitude first, radii in kilometres. */
function area({ description, polygons, circles, codes }: Area) {
  return {
    areaDesc: description,
    polygon: polygons.map(ring => ring.map(([lon, lat]) => `${lat},${lon}`).join(' ')),
    circle: circles.map(({ lat, lon, radiusKm }) => `${lat},${lon} ${radiusKm}`),
    geocode: codes.map(({ system, code }) => ({ valueName: system, value: code })),
  }
}

/** CAP forbids `Z`: UTC is `-00:00`, and there are no fractions of a second. */
function capTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19)}-00:00`
}

/** Characters that XML 1.0 has no way to write are left out, at every depth. */
function printable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replace(forbidden, '')
  if (Array.isArray(value)) return value.map(printable)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(inner)]))
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what it removes
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
