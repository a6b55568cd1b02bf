import { excerpt } from './cap-area.ts'
import { field } from './cap-fields.ts'
import type { Unusable } from './hazard.ts'
import type { XmlElement } from './read-xml.ts'

const dayMs = 86_400_000
/** An alert speaks of hours or days; a time further off than a season is a leftover of another event. */
const farDays = 90
const signatures = 'http://www.w3.org/2000/09/xmldsig#'

/** What an alert as a whole says that is not used: a signature, references that an update owes. */
export function unusedOfAlert(alert: XmlElement): Unusable[] {
  const unused: Unusable[] = []
  if (alert.foreign.includes(signatures))
    unused.push({
      field: 'Signature',
      value: signatures,
      why: 'the signature was not checked: whose keys count is not agreed here; trust the sender by other means',
    })
  if (field(alert, 'msgType') === 'Update' && field(alert, 'references') === '')
    unused.push({
      field: 'references',
      value: '',
      why: 'an Update must name the messages that it updates; this names none',
    })
  return unused
}

/** What one `info` says that is not used: files that it refers to, and times that cannot belong to this alert. */
export function unusedOfInfo(info: XmlElement, sentMs: number): Unusable[] {
  const resources = info.all('resource').map(resource => ({
    field: 'resource',
    value: excerpt(field(resource, 'uri') || field(resource, 'resourceDesc')),
    why: 'files that an alert refers to are not fetched',
  }))
  const anachronisms = info.all('parameter').flatMap(parameter => {
    const value = field(parameter, 'value')
    const days = daysOff(value, sentMs)
    if (days === undefined) return []
    const why = `its time is ${Math.abs(days)} days ${days > 0 ? 'after' : 'before'} the alert was sent: of another event`
    return [{ field: `parameter ${field(parameter, 'valueName')}`, value: excerpt(value), why }]
  })
  return [...resources, ...anachronisms]
}

/** Days from the alert to the first time in a text that is too far from it, or undefined. */
function daysOff(text: string, sentMs: number): number | undefined {
  const times = text.match(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?/g) ?? []
  const days = times.map(time => Math.round((Date.parse(time) - sentMs) / dayMs))
  return days.find(each => Math.abs(each) > farDays)
}
