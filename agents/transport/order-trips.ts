import { byUrgency } from '../health/by-urgency.ts'
import type { Evacuation } from '../health/evacuation.ts'
import { airMarginHours, horizonHours, stretcherOneIn } from './fleet.ts'

/** Patients of one kind to bring from one hospital to another. */
export interface Trip {
  readonly from: string
  readonly to: string
  readonly km: number
  readonly patients: number
  readonly needs: 'stretcher' | 'seat'
  /** The last hour to arrive by road: when gales reach `from`. */
  readonly byHour: number
  /** The last hour to arrive by air; null when one end has no helipad. */
  readonly airByHour: number | null
}

/**
 * The trips in the order in which they get vehicles: the most urgent hospital first; at one hospital stretchers before
 * seats, near before far, since a short trip brings the vehicles back for another.
 */
export function orderTrips({ threatened, receivers, transfers }: Evacuation): Trip[] {
  const helipads = new Set(receivers.filter(receiver => receiver.helipad).map(receiver => receiver.id))
  const bySender = Map.groupBy(transfers, transfer => transfer.from)
  return threatened.toSorted(byUrgency).flatMap(({ id, galeHour, helipad }) => {
    const byHour = galeHour ?? horizonHours
    const near = (bySender.get(id) ?? []).toSorted((a, b) => a.km - b.km || (a.to < b.to ? -1 : 1))
    return (['stretcher', 'seat'] as const).flatMap(needs =>
      near.flatMap(({ from, to, km, patients: all }) => {
        const stretchers = Math.ceil(all / stretcherOneIn)
        const patients = needs === 'stretcher' ? stretchers : all - stretchers
        const airByHour = helipad && helipads.has(to) ? airLimit(galeHour) : null
        return patients > 0 ? [{ from, to, km, patients, needs, byHour, airByHour }] : []
      }),
    )
  })
}

function airLimit(galeHour: number | null): number {
  return galeHour === null ? horizonHours : galeHour - airMarginHours
}
