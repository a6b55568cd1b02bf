import { counted, grouped } from './format-value.ts'
import type { Outputs } from './outputs.ts'
import { hangText, wrapText } from './wrap-text.ts'

/** How many, in five lines, and the vehicles. */
export function renderFigures({ evacuation, transport, response }: Outputs, columns: number): string[] {
  const { figures } = response
  if (figures.threatenedHospitals === 0) return wrapText(evacuation.summary, columns)
  const lines: [string, string][] = [
    [
      'Threatened',
      `${counted(figures.threatenedHospitals, 'hospital')} with ${grouped(figures.threatenedBeds)} beds` +
        unknown(figures.unknownBeds),
    ],
    ['Decision', `${grouped(figures.movingHospitals)} move, ${grouped(figures.shelteringHospitals)} shelter in place`],
    [
      'Patients',
      `${grouped(figures.patientsToMove)} to move: ${grouped(figures.placed)} have a bed in ${counted(figures.receivingHospitals, 'hospital')}, ${grouped(figures.unplaced)} have none`,
    ],
    [
      'Transfers',
      `${grouped(figures.moved)} arrive in time (${grouped(figures.byRoad)} by road, ${grouped(figures.byAir)} by air, ${counted(figures.convoys, 'convoy')}), ${grouped(figures.unmoved)} do not`,
    ],
    [
      'Vehicles',
      transport.fleet.map(({ kind, count, peak }) => `${grouped(peak)} of ${grouped(count)} ${kind}s`).join(', ') +
        ' at the most in use',
    ],
  ]
  return lines.flatMap(([name, text]) => hangText(name.padEnd(14), text, columns))
}

function unknown(count: number): string {
  return count > 0 ? `, and ${grouped(count)} of unknown size among them` : ''
}
