import fc from 'fast-check'
import type { Evacuation, Receiver, ThreatenedHospital, Transfer } from '../../../agents/health/evacuation.ts'

const position = { lat: 30, lon: -90, city: 'X', state: 'LA', trauma: null }
const helipad = fc.constantFrom(true, false, null)

const threatened = fc
  .array(fc.record({ galeHour: fc.option(fc.nat(40)), helipad, patients: fc.nat(400) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map(list =>
    list.map((entry, i): ThreatenedHospital => {
      const id = `from${i}`
      const rest = { county: 'X', type: 'GENERAL ACUTE CARE', beds: 500, hurricaneHour: 30, why: '' }
      return { ...position, ...rest, ...entry, id, name: id, decision: 'move' }
    }),
  )

const receivers = fc
  .array(helipad, { minLength: 1, maxLength: 6 })
  .map(list =>
    list.map((helipad, i): Receiver => ({ ...position, id: `to${i}`, name: `to${i}`, helipad, free: 999, takes: 1 })),
  )

/** An evacuation as far as transport reads it: any hours, helipads, sizes and distances. */
export const randomEvacuation: fc.Arbitrary<Evacuation> = fc.tuple(threatened, receivers).chain(([from, to]) =>
  fc
    .array(
      fc.record({
        from: fc.constantFrom(...from.map(({ id }) => id)),
        to: fc.constantFrom(...to.map(({ id }) => id)),
        patients: fc.integer({ min: 1, max: 400 }),
        km: fc.integer({ min: 0, max: 600 }),
      }),
      { maxLength: 20 },
    )
    .map(transfers => evacuationWith(from, to, onePerPair(transfers))),
)

export function evacuationWith(
  threatened: ThreatenedHospital[],
  receivers: Receiver[],
  transfers: Transfer[],
): Evacuation {
  return {
    summary: '',
    registry: { states: ['LA'], openHospitals: threatened.length + receivers.length },
    threatened,
    offered: { hospitals: receivers.length, beds: 999 },
    receivers,
    transfers,
    unplaced: [],
    unusable: [],
    assumptions: [],
  }
}

function onePerPair(transfers: Transfer[]): Transfer[] {
  return [...new Map(transfers.map(transfer => [`${transfer.from} ${transfer.to}`, transfer])).values()]
}
