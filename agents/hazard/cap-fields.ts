import { EntenteError } from '../../protocol/errors.ts'
import { certainties, severities, urgencies } from './hazard.ts'
import type { XmlElement } from './read-xml.ts'

/** CAP's namespaces; 1.0 was superseded in 2005 and differs in its elements. */
export const capVersions: Readonly<Record<string, 'CAP-1.1' | 'CAP-1.2'>> = {
  'urn:oasis:names:tc:emergency:cap:1.1': 'CAP-1.1',
  'urn:oasis:names:tc:emergency:cap:1.2': 'CAP-1.2',
}

const categories = 'Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other'.split(' ')

/** Elements that CAP 1.2 (section 3.2) requires, and the values it allows. 1.1 requires the same. */
const required = {
  alert: ['identifier', 'sender', 'sent', 'status', 'msgType', 'scope'],
  info: ['category', 'event', 'urgency', 'severity', 'certainty'],
  area: ['areaDesc'],
}
const allowed: Readonly<Record<string, readonly string[]>> = {
  status: ['Actual', 'Exercise', 'System', 'Test', 'Draft'],
  msgType: ['Alert', 'Update', 'Cancel', 'Ack', 'Error'],
  scope: ['Public', 'Restricted', 'Private'],
  category: categories,
  severity: severities,
  urgency: urgencies,
  certainty: certainties,
}
const dates: readonly string[] = ['sent', 'effective', 'onset', 'expires']

/**
 * Refuses an alert that lacks what CAP requires or says what it does not allow.
 * @throws ALERT_INVALID naming every fault, not just the first
 */
export function checkFields(alert: XmlElement): void {
  const infos = alert.all('info')
  const faults = [
    ...faultsOf(alert, required.alert, ''),
    ...infos.flatMap((info, i) => [
      ...faultsOf(info, required.info, `info[${i + 1}].`),
      ...info.all('area').flatMap((area, j) => faultsOf(area, required.area, `info[${i + 1}].area[${j + 1}].`)),
    ]),
  ]
  if (infos.length === 0) faults.push('info is missing: the alert names no event')
  if (faults.length > 0) throw new EntenteError('ALERT_INVALID', `the alert is not valid CAP: ${faults.join('; ')}`)
}

/** The text of the first child of that name, or empty. */
export function field(parent: XmlElement, name: string): string {
  return parent.all(name)[0]?.text ?? ''
}

/** A date of CAP: ISO 8601 with seconds and an offset. `Z` is not CAP, but common and clear. */
const datePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function faultsOf(parent: XmlElement, names: readonly string[], path: string): string[] {
  const missing = names.filter(name => field(parent, name) === '').map(name => `${path}${name} is missing`)
  const wrong = Object.entries(allowed).flatMap(([name, values]) =>
    parent
      .all(name)
      .filter(({ text }) => text !== '' && !values.includes(text))
      .map(({ text }) => `${path}${name} is "${text}", not one of ${values.join(', ')}`),
  )
  const undated = dates.flatMap(name =>
    parent
      .all(name)
      .filter(({ text }) => text !== '' && (!datePattern.test(text) || Number.isNaN(Date.parse(text))))
      .map(({ text }) => `${path}${name} is "${text}", not a date like 2005-08-28T12:00:00-00:00`),
  )
  return [...missing, ...wrong, ...undated]
}
