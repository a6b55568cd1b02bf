import { EntenteError } from '../../protocol/errors.ts'
import { field } from './cap-fields.ts'
import { type Hazard, severities, type Unusable } from './hazard.ts'
import { isoTime } from './iso-time.ts'
import type { XmlElement } from './read-xml.ts'

/** The part of an alert that is used: one `info`, with the areas of those that say the very same. */
interface Choice {
  readonly info: XmlElement
  readonly areas: readonly XmlElement[]
  readonly expires: Date | null
  readonly unusable: Unusable[]
}

/** CAP leaves an alert without `expires` to its recipient: here it stands for a day. */
const standsForMs = 86_400_000

/**
 * Of the `info` blocks in force, the English one, else the first; of several, the most severe, and with it those of the
 * same event, urgency, severity and certainty, which differ in their areas. The others are reported.
 * @throws ALERT_EXPIRED when none is in force
 */
export function chooseInfo(alert: XmlElement, asOf: Date): Choice {
  const infos = alert.all('info')
  const sent = new Date(field(alert, 'sent'))
  if (asOf < sent)
    throw new EntenteError(
      'ALERT_EXPIRED',
      `the alert was sent at ${isoTime(sent)}, after ${isoTime(asOf)}: nobody knew of it`,
    )
  const inForce = infos.filter(info => asOf < (expiryOf(info) ?? new Date(sent.getTime() + standsForMs)))
  if (inForce.length === 0) throw expired(infos, sent, asOf)
  const language = preferredLanguage(inForce)
  const readable = inForce.filter(info => languageOf(info) === language)
  const info = readable.reduce((worst, each) => (severityOf(each) > severityOf(worst) ? each : worst))
  const same = readable.filter(each => saysOf(each) === saysOf(info))
  const unusable = infos.flatMap((other, i) => {
    const why = whyNot(other, { same, inForce, readable, language })
    return why === undefined
      ? []
      : [{ field: `info[${i + 1}]`, value: `${languageOf(other)} ${field(other, 'event')}`, why }]
  })
  return { info, areas: same.flatMap(each => each.all('area')), expires: expiryOf(info), unusable }
}

function expired(infos: readonly XmlElement[], sent: Date, asOf: Date): EntenteError {
  const until = infos.map(expiryOf).filter(expiry => expiry !== null)
  const last = until.length > 0 ? new Date(Math.max(...until.map(Number))) : null
  const when = last
    ? `expired at ${isoTime(last)}`
    : `says no expiry and was sent at ${isoTime(sent)}, over a day before`
  return new EntenteError('ALERT_EXPIRED', `the alert ${when}; as of ${isoTime(asOf)} it is not in force`)
}

interface Chosen {
  readonly same: readonly XmlElement[]
  readonly inForce: readonly XmlElement[]
  readonly readable: readonly XmlElement[]
  readonly language: string
}

function whyNot(info: XmlElement, { same, inForce, readable, language }: Chosen): string | undefined {
  if (same.includes(info)) return undefined
  if (!inForce.includes(info)) return 'this part of the alert is no longer in force'
  if (!readable.includes(info)) return `another language of the same alert; ${language} is used`
  return 'another part of the alert, of other severity or event; the most severe is used'
}

function preferredLanguage(infos: readonly XmlElement[]): string {
  const languages = infos.map(languageOf)
  return languages.find(language => /^en\b/i.test(language)) ?? languages[0]!
}

/** CAP: an `info` that names no language is en-US. */
function languageOf(info: XmlElement): string {
  return field(info, 'language') || 'en-US'
}

function severityOf(info: XmlElement): number {
  return severities.indexOf(field(info, 'severity') as Hazard['severity'])
}

function saysOf(info: XmlElement): string {
  return JSON.stringify(['event', 'urgency', 'severity', 'certainty'].map(name => field(info, name)))
}

function expiryOf(info: XmlElement): Date | null {
  const expires = field(info, 'expires')
  return expires === '' ? null : new Date(expires)
}
