/** What a test says differently from a flood alert in force from 23:00 to 06:00 UTC around New Year 2026. */
export interface Parts extends InfoParts {
  readonly encoding?: string
  readonly doctype?: string
  readonly root?: string
  readonly namespace?: string
  readonly prefix?: string
  readonly sender?: string
  readonly sent?: string
  readonly status?: string
  readonly msgType?: string
  readonly more?: readonly InfoParts[]
}

interface InfoParts {
  readonly language?: string
  readonly event?: string
  readonly severity?: string
  readonly expires?: string
  readonly headline?: string
  readonly areaDesc?: string
  readonly geometry?: string
  readonly inInfo?: string
}

/** A CAP 1.2 alert; what is given as empty is left out. */
export function alertXml(parts: Parts = {}): string {
  const {
    encoding = 'UTF-8',
    doctype = '',
    root = 'alert',
    namespace = 'urn:oasis:names:tc:emergency:cap:1.2',
    prefix,
  } = parts
  const declared = namespace && (prefix ? ` xmlns:${prefix}="${namespace}"` : ` xmlns="${namespace}"`)
  const tag = (name: string, text: string) => (text === '' ? '' : `<${name}>${text}</${name}>`)
  const body = [
    tag('identifier', 'flood-1'),
    tag('sender', parts.sender ?? 'someone@example.org'),
    tag('sent', parts.sent ?? '2025-12-31T17:00:00-06:00'),
    tag('status', parts.status ?? 'Actual'),
    tag('msgType', parts.msgType ?? 'Alert'),
    tag('scope', 'Public'),
    ...[parts, ...(parts.more ?? [])].map(info),
  ].join('\n')
  const named = prefix ? body.replace(/<(\/?)(?=\w)/g, `<$1${prefix}:`) : body
  const element = prefix ? `${prefix}:${root}` : root
  return `<?xml version="1.0" encoding="${encoding}"?>${doctype}<${element}${declared}>${named}</${element}>`

  function info(given: InfoParts): string {
    const area = tag('areaDesc', given.areaDesc ?? 'Río Grande') + (given.geometry ?? '<circle>29.5,-90.5 10</circle>')
    const inside = [
      tag('language', given.language ?? ''),
      tag('category', 'Met'),
      tag('event', given.event ?? 'Flood'),
      tag('urgency', 'Immediate'),
      tag('severity', given.severity ?? 'Severe'),
      tag('certainty', 'Observed'),
      tag('expires', given.expires ?? '2026-01-01T06:00:00-00:00'),
      tag('headline', given.headline ?? ''),
      given.inInfo ?? '',
      tag('area', area),
    ]
    return tag('info', inside.join('\n'))
  }
}
