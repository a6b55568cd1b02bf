import { counted, grouped } from './format-value.ts'
import type { Outputs } from './outputs.ts'
import { hangText, wrapText } from './wrap-text.ts'

type Figures = Outputs['response']['figures']

/** How many hospitals, patients and vehicles; of patients nothing is said when nobody moves. */
export function renderFigures({ evacuation, transport, response }: Outputs, columns: number): string[] {
  const { figures } = response
  if (figures.threatenedHospitals === 0) return wrapText(evacuation.summary, columns)
  const vehicles = transport.fleet.map(({ kind, count, peak }) => `${grouped(peak)} of ${grouped(count)} ${kind}s`)
  const lines: [string, string][] = [
    ['Threatened', threatened(figures)],
    ['Decision', `${grouped(figures.movingHospitals)} move, ${grouped(figures.shelteringHospitals)} shelter in place`],
  ]
  if (figures.movingHospitals > 0) {
    lines.push(['Patients', beds(figures)], ['Transfers', transfers(figures)])
    lines.push(['Vehicles', `${vehicles.join(', ')} at the most in use`])
  }
  return lines.flatMap(([name, text]) => hangText(name.padEnd(14), text, columns))
}

function threatened({ threatenedHospitals, threatenedBeds, unknownBeds }: Figures): string {
  const known = `${counted(threatenedHospitals, 'hospital')} with ${grouped(threatenedBeds)} beds`
  return unknownBeds > 0 ? `${known}, and ${grouped(unknownBeds)} of unknown size among them` : known
}

function beds({ patientsToMove, placed, receivingHospitals, unplaced }: Figures): string {
  const where = counted(receivingHospitals, 'hospital')
  return `${grouped(patientsToMove)} to move: ${grouped(placed)} have a bed in ${where}, ${grouped(unplaced)} have none`
}

function transfers({ moved, byRoad, byAir, convoys, unmoved }: Figures): string {
  const ways = `${grouped(byRoad)} by road, ${grouped(byAir)} by air, ${counted(convoys, 'convoy')}`
  return `${grouped(moved)} arrive in time (${ways}), ${grouped(unmoved)} do not`
}
