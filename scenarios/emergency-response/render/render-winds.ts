import type { Quadrants } from '../../../agents/hazard/hazard.ts'
import { drawTable } from './draw-table.ts'
import { position } from './format-value.ts'
import type { Outputs } from './outputs.ts'

/** Hours between two rows, and the last row. */
const everyHours = 6
const lastHour = 48

/** The storm hour by hour; nothing for an alert, which has no winds. */
export function renderWinds({ threat, response }: Outputs, columns: number): string[] {
  const hours = threat.hours.filter(({ hour }) => hour % everyHours === 0 && hour <= lastHour)
  if (hours.length === 0) return []
  return drawTable(
    [
      { title: 'hour', align: 'right' },
      { title: 'UTC', align: 'left' },
      { title: 'centre', align: 'left' },
      { title: 'kt', align: 'right' },
      { title: 'gales, nm NE SE SW NW', align: 'left' },
      { title: 'hurricane, nm', align: 'left' },
    ],
    hours.map(at => [
      String(at.hour),
      dayTime(response.asOf, at.hour),
      position(at),
      String(Math.round(at.windKt)),
      radii(at.galeNm),
      radii(at.hurricaneNm),
    ]),
    columns,
  )
}

/** `08-29 12:00` */
function dayTime(asOf: string, hour: number): string {
  const iso = new Date(Date.parse(asOf) + hour * 3_600_000).toISOString()
  return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}

function radii({ ne, se, sw, nw }: Quadrants): string {
  const all = [ne, se, sw, nw]
  return all.every(radius => radius === 0) ? '-' : all.map(radius => String(Math.round(radius)).padStart(3)).join(' ')
}
