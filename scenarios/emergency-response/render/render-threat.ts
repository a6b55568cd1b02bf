import { position, utc } from './format-value.ts'
import type { Outputs } from './outputs.ts'
import { hangText, wrapText } from './wrap-text.ts'

/** The hazard in a line, then where, when and how hard it strikes. */
export function renderThreat({ threat, response }: Outputs, columns: number): string[] {
  const { event, severity, asOf, replay, landfall, galesFrom, hurricaneFrom } = response
  const isStorm = threat.hours.length > 0
  const facts: [string, string | null][] = [
    ['Landfall', landfall ? landfallLine(landfall) : isStorm ? 'none foreseen' : null],
    ['Peak wind', threat.peakWindKt === null ? null : `${Math.round(threat.peakWindKt)} kt`],
    ['First gales', galesFrom && `${utc(galesFrom)} at a hospital`],
    ['First 64 kt', hurricaneFrom && `${utc(hurricaneFrom)} at a hospital`],
    ...threat.areas.map((area): [string, string] => ['Area', area.description]),
  ]
  return [
    ...wrapText(`${event} · ${severity} · as of ${utc(asOf)}${replay ? ' (a replay)' : ''}`, columns),
    ...facts.flatMap(([name, text]) => (text === null ? [] : hangText(name.padEnd(14), text, columns))),
  ]
}

function landfallLine({ at, hour, windKt, ...place }: NonNullable<Outputs['response']['landfall']>): string {
  return `${utc(at)}, hour ${hour}, ${position(place)}, ${Math.round(windKt)} kt`
}
