import type { Unusable } from '../hazard/hazard.ts'
import type { Evacuation } from '../health/evacuation.ts'
import { fleet, roadFactor, stagedHour, stretcherOneIn, tripHours, type VehicleClass } from './fleet.ts'
import { orderTrips, type Trip } from './order-trips.ts'
import { peakInUse } from './peak-in-use.ts'
import { borrow, fillPool, type Pool } from './pool.ts'
import type { Movement, Schedule, Unmoved, VehicleKind } from './schedule.ts'

type Pools = Readonly<Record<VehicleKind, Pool>>

/**
 * Gives vehicles to trips, greedily: the most urgent trip takes the lot of vehicles that delivers earliest, again and
 * again until it is done or no lot can deliver before gales reach the hospital it leaves. List scheduling is not
 * optimal, but no trip waits for a less urgent one, and every choice can be explained. Pure; the same input gives the
 * same bytes.
 */
export function scheduleTransfers(evacuation: Evacuation): Schedule {
  const ready = (kind: VehicleKind) => fillPool(fleet.find(vehicle => vehicle.kind === kind)!.count, stagedHour)
  let pools: Pools = { ambulance: ready('ambulance'), van: ready('van'), helicopter: ready('helicopter') }
  const movements: Movement[] = []
  const unmoved: Unmoved[] = []
  for (const trip of orderTrips(evacuation)) {
    let left = trip.patients
    while (left > 0) {
      const movement = earliest(trip, left, pools)
      if (movement === null) break
      const { kind, count } = movement.vehicles
      pools = { ...pools, [kind]: borrow(pools[kind], count, movement.freeHour) }
      movements.push(movement)
      left -= movement.patients
    }
    if (left > 0) unmoved.push({ from: trip.from, to: trip.to, patients: left, why: whyNot(trip) })
  }
  movements.sort((a, b) => a.departHour - b.departHour)
  return {
    summary: summarise(movements, unmoved),
    movements,
    unmoved,
    fleet: fleet.map(({ kind, count }) => ({ kind, count, ...useOf(kind, movements) })),
    unusable: straysOf(evacuation),
    assumptions,
  }
}

/** Transfers out of a hospital that the evacuation says nothing else of: its hour of gales, their limit, is unknown. */
function straysOf({ threatened, transfers }: Evacuation): Unusable[] {
  const known = new Set(threatened.map(hospital => hospital.id))
  return transfers
    .filter(transfer => !known.has(transfer.from))
    .map(({ from, to, patients }) => ({
      field: 'transfers',
      value: `${patients} patients from ${from} to ${to}`,
      why: `${from} is not among the threatened hospitals: when it must be empty is unknown`,
    }))
}

/** The convoy that arrives first among the lots that may carry this trip; a tie goes by road. Null: none is in time. */
function earliest(trip: Trip, patients: number, pools: Pools): Movement | null {
  let best: Movement | null = null
  for (const vehicle of fleet) {
    const lot = pools[vehicle.kind][0]
    if (vehicle.carries !== trip.needs || lot === undefined) continue
    const movement = convoy(trip, patients, vehicle, lot)
    const byHour = vehicle.mode === 'road' ? trip.byHour : trip.airByHour
    if (byHour === null || movement.arriveHour > byHour) continue
    if (best === null || movement.arriveHour < best.arriveHour) best = movement
  }
  return best
}

function convoy(trip: Trip, patients: number, vehicle: VehicleClass, lot: Pool[number]): Movement {
  const count = Math.min(lot.count, Math.ceil(patients / vehicle.places))
  const departHour = lot.freeHour + vehicle.loadHours
  const arriveHour = departHour + tripHours(vehicle, trip.km)
  return {
    from: trip.from,
    to: trip.to,
    patients: Math.min(patients, count * vehicle.places),
    mode: vehicle.mode,
    vehicles: { kind: vehicle.kind, count },
    loadHour: lot.freeHour,
    departHour,
    arriveHour,
    freeHour: arriveHour + vehicle.unloadHours + tripHours(vehicle, trip.km),
  }
}

function whyNot({ needs, km, byHour }: Trip): string {
  const road = fleet.find(vehicle => vehicle.mode === 'road' && vehicle.carries === needs)!
  const soonest = stagedHour + road.loadHours + tripHours(road, km)
  return soonest > byHour
    ? `too far: the first ${road.kind} would arrive at hour ${soonest}, gales come at hour ${byHour}`
    : `no ${road.kind} comes free in time: gales at hour ${byHour}`
}

function summarise(movements: readonly Movement[], unmoved: readonly Unmoved[]): string {
  if (movements.length === 0 && unmoved.length === 0) return 'There is nobody to transfer.'
  const last = Math.max(0, ...movements.map(movement => movement.arriveHour))
  return (
    `${patientsOf(movements)} patients travel in ${movements.length} convoys, the last arriving at hour ${last}; ` +
    `${patientsOf(unmoved)} cannot be moved in time.`
  )
}

function useOf(kind: VehicleKind, movements: readonly Movement[]): { peak: number; patients: number } {
  const own = movements.filter(movement => movement.vehicles.kind === kind)
  return { peak: peakInUse(own), patients: patientsOf(own) }
}

function patientsOf(list: readonly { patients: number }[]): number {
  return list.reduce((sum, { patients }) => sum + patients, 0)
}

const assumptions = [
  'Vehicles: 300 ambulances (2 patients), 350 vans (10 seats), 25 helicopters (1 patient); FEMA contract, one zone.',
  `They stand staged inland, load from hour ${stagedHour} on, and return to where they loaded before their next trip.`,
  `One patient in ${stretcherOneIn} needs a stretcher; roads are ${roadFactor} times the great circle.`,
  'Every convoy arrives before gales reach the hospital it left; helicopters stop 3 hours before.',
]
