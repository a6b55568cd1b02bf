import type { Hazard } from '../../../agents/hazard/hazard.ts'
import { counted, utc } from './format-value.ts'
import type { Look } from './outputs.ts'
import { hangText, wrapText } from './wrap-text.ts'

/** More than these would bury the rest; the count says how many there are. */
const shownUnusable = 3

/** A hazard in a few lines: what, how bad, as of when, and what of its source is not used. */
export function describeHazard(hazard: Hazard, { columns, style }: Look): string {
  const { event, severity, urgency, certainty, asOf, replay, headline } = hazard
  const title = wrapText(`${event} · ${severity} · ${urgency} · ${certainty}`, columns)
  return [
    ...(style ? title.map(style.strong) : title),
    ...(headline === event ? [] : wrapText(headline, columns)),
    `as of ${utc(asOf)}${replay ? ' (a replay)' : ''}`,
    ...unusable(hazard, columns),
  ].join('\n')
}

function unusable({ unusable }: Hazard, columns: number): string[] {
  if (unusable.length === 0) return []
  const rest = unusable.length - shownUnusable
  return [
    `${counted(unusable.length, 'part')} of the source not used:`,
    ...unusable
      .slice(0, shownUnusable)
      .flatMap(({ field, value, why }) => hangText('- ', `${field} ${value}: ${why}`, columns)),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
  ]
}
