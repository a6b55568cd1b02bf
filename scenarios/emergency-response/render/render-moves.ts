import { drawTable } from './draw-table.ts'
import { counted, grouped } from './format-value.ts'
import type { Outputs } from './outputs.ts'
import { hangText } from './wrap-text.ts'

/** Rows of a list that a duty officer reads at a glance; the rest is in the task's output. */
const rows = 10

/** The largest transfers, each with when its first convoy leaves and its last arrives. */
export function renderMoves({ evacuation, transport }: Outputs, columns: number): string[] {
  const names = namesOf(evacuation)
  const pairs = [...Map.groupBy(transport.movements, ({ from, to }) => `${from} ${to}`).values()].map(movements => ({
    ...movements[0]!,
    patients: movements.reduce((sum, movement) => sum + movement.patients, 0),
    modes: [...new Set(movements.map(movement => movement.mode))].sort().join('+'),
    leaves: Math.min(...movements.map(movement => movement.departHour)),
    arrives: Math.max(...movements.map(movement => movement.arriveHour)),
  }))
  if (pairs.length === 0) return []
  const largest = pairs.toSorted((a, b) => b.patients - a.patients || (a.from < b.from ? -1 : 1)).slice(0, rows)
  return drawTable(
    [
      { title: 'patients', align: 'right' },
      { title: 'from', align: 'left', shrinks: true },
      { title: 'to', align: 'left', shrinks: true },
      { title: 'by', align: 'left' },
      { title: 'leaves', align: 'right' },
      { title: 'arrives', align: 'right' },
    ],
    largest.map(pair => [
      grouped(pair.patients),
      names.get(pair.from) ?? pair.from,
      names.get(pair.to) ?? pair.to,
      pair.modes,
      `+${pair.leaves} h`,
      `+${pair.arrives} h`,
    ]),
    columns,
  )
}

/** Who is left behind: no bed, or no vehicle in time, the most patients first. */
export function renderLeft({ evacuation, transport }: Outputs, columns: number): string[] {
  const names = namesOf(evacuation)
  const noVehicle = [...Map.groupBy(transport.unmoved, entry => entry.from)].map(([hospital, entries]) => ({
    hospital,
    patients: entries.reduce((sum, entry) => sum + entry.patients, 0),
    why: entries[0]!.why,
  }))
  const left = [...evacuation.unplaced, ...noVehicle].sort((a, b) => b.patients - a.patients)
  const lines = left.slice(0, rows).flatMap(({ hospital, patients, why }) => {
    const mark = `${grouped(patients).padStart(6)}  `
    return hangText(mark, `${names.get(hospital) ?? hospital}: ${why}`, columns)
  })
  return left.length > rows ? [...lines, `        and ${counted(left.length - rows, 'more hospital')}`] : lines
}

/** Hospitals by id, with the city that tells two of one name apart. */
function namesOf({ threatened, receivers }: Outputs['evacuation']): Map<string, string> {
  return new Map([...threatened, ...receivers].map(({ id, name, city, state }) => [id, `${name}, ${city} ${state}`]))
}
