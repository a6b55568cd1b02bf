import { EntenteError } from '../../protocol/errors.ts'
import { sha256 } from '../../protocol/hash.ts'
import { readArea } from './cap-area.ts'
import { capVersions, checkFields, field } from './cap-fields.ts'
import { chooseInfo } from './cap-info.ts'
import { unusedOfAlert, unusedOfInfo } from './cap-unused.ts'
import { decodeText } from './decode-text.ts'
import { eventKind } from './event-kind.ts'
import type { Hazard } from './hazard.ts'
import { isoTime } from './iso-time.ts'
import { readXml, type XmlElement } from './read-xml.ts'

/** When to see the alert: a time, or `sent`, as on the minute it was sent. */
export interface AlertTime {
  readonly at: Date | 'sent'
  readonly now: Date
}

/**
 * Reads a CAP 1.1 or 1.2 alert (OASIS CAP-v1.2-os) as it stands at a time.
 * @throws ALERT_INVALID not XML, not CAP, or lacking what CAP requires
 * @throws ALERT_NOT_ACTUAL a test, exercise, draft or system message
 * @throws ALERT_WITHDRAWN a cancellation, acknowledgement or error message
 * @throws ALERT_EXPIRED not in force at that time
 */
export function readCap(bytes: Uint8Array, { at, now }: AlertTime): Hazard {
  const alert = readXml(decodeText(bytes))
  const format = versionOf(alert)
  checkFields(alert)
  checkIsCall(alert)
  const sent = new Date(field(alert, 'sent'))
  const asOf = at === 'sent' ? sent : at
  const { info, areas, expires, unusable } = chooseInfo(alert, asOf)
  const read = areas.map(readArea)
  const event = field(info, 'event')
  const codes = info.all('eventCode').map(code => field(code, 'value'))
  return {
    schema: 'entente.hazard/1',
    id: field(alert, 'identifier'),
    kind: eventKind(event, codes, field(info, 'category')),
    event,
    headline: field(info, 'headline') || event,
    severity: field(info, 'severity') as Hazard['severity'],
    urgency: field(info, 'urgency') as Hazard['urgency'],
    certainty: field(info, 'certainty') as Hazard['certainty'],
    asOf: isoTime(asOf),
    expires: expires && isoTime(expires),
    replay: asOf < now,
    source: { format, sender: field(alert, 'sender'), sha256: sha256(bytes) },
    fixes: [],
    areas: read.map(({ area }) => area),
    instruction: field(info, 'instruction') || null,
    unusable: [
      ...unusedOfAlert(alert),
      ...unusable,
      ...read.flatMap(each => each.unusable),
      ...unusedOfInfo(info, sent.getTime()),
    ],
  }
}

function versionOf(alert: XmlElement): 'CAP-1.1' | 'CAP-1.2' {
  const version = Object.hasOwn(capVersions, alert.namespace) ? capVersions[alert.namespace] : undefined
  if (alert.name === 'alert' && version) return version
  const namespace = alert.namespace || 'none'
  throw new EntenteError(
    'ALERT_INVALID',
    `its root is <${alert.name}> of namespace ${namespace}, not an alert of CAP 1.1 or 1.2`,
  )
}

/** Whether the message calls for a response at all. */
function checkIsCall(alert: XmlElement): void {
  const [status, type, id] = [field(alert, 'status'), field(alert, 'msgType'), field(alert, 'identifier')]
  if (status !== 'Actual') throw new EntenteError('ALERT_NOT_ACTUAL', `the status of alert ${id} is ${status}`)
  if (type !== 'Alert' && type !== 'Update')
    throw new EntenteError('ALERT_WITHDRAWN', `alert ${id} is a message of type ${type}`)
}
