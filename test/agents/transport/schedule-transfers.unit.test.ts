import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evacuation, Receiver, ThreatenedHospital } from '../../../agents/health/evacuation.ts'
import { airMarginHours, fleet, horizonHours, stagedHour } from '../../../agents/transport/fleet.ts'
import { type Movement, Schedule } from '../../../agents/transport/schedule.ts'
import { scheduleTransfers } from '../../../agents/transport/schedule-transfers.ts'
import { evacuationOf, hazard, threat } from '../health/katrina.ts'
import { evacuationWith, randomEvacuation } from './random-evacuation.ts'

describe('the schedule of transfers, whatever the evacuation', () => {
  it('moves every patient of every transfer or says why not', () => {
    fc.assert(
      fc.property(randomEvacuation, evacuation => {
        const { movements, unmoved } = scheduleTransfers(evacuation)
        for (const { from, to, patients } of evacuation.transfers) {
          const here = (entry: { from: string; to: string }) => entry.from === from && entry.to === to
          expect(sum(movements.filter(here)) + sum(unmoved.filter(here))).toBe(patients)
        }
        expect(sum(movements) + sum(unmoved)).toBe(sum(evacuation.transfers))
        expect(unmoved.every(({ why }) => why.length > 0)).toBe(true)
      }),
    )
  })

  it('never has more vehicles out than there are, at any quarter of an hour', () => {
    fc.assert(
      fc.property(randomEvacuation, evacuation => {
        const { movements, fleet: used } = scheduleTransfers(evacuation)
        for (const { kind, count } of fleet) {
          const own = movements.filter(({ vehicles }) => vehicles.kind === kind)
          const peak = Math.max(0, ...quarters(own).map(hour => outAt(own, hour)))
          expect(peak).toBeLessThanOrEqual(count)
          expect(used.find(entry => entry.kind === kind)?.peak).toBe(peak)
        }
      }),
    )
  })

  it('has every convoy arrive before gales reach the hospital it left, and helicopters well before', () => {
    fc.assert(
      fc.property(randomEvacuation, evacuation => {
        for (const { from, arriveHour, mode } of scheduleTransfers(evacuation).movements) {
          const { galeHour } = evacuation.threatened.find(({ id }) => id === from)!
          const margin = mode === 'air' && galeHour !== null ? airMarginHours : 0
          expect(arriveHour).toBeLessThanOrEqual((galeHour ?? horizonHours) - margin)
        }
      }),
    )
  })

  it('flies only between two helipads', () => {
    fc.assert(
      fc.property(randomEvacuation, evacuation => {
        const helipads = new Set(
          [...evacuation.threatened, ...evacuation.receivers].filter(({ helipad }) => helipad).map(({ id }) => id),
        )
        const flights = scheduleTransfers(evacuation).movements.filter(({ mode }) => mode === 'air')
        expect(flights.every(({ from, to }) => helipads.has(from) && helipads.has(to))).toBe(true)
      }),
    )
  })

  it('gives each convoy room, time to load, drive and come back, and only its own kind of patients', () => {
    fc.assert(
      fc.property(randomEvacuation, evacuation => {
        for (const movement of scheduleTransfers(evacuation).movements) {
          const { patients, vehicles, loadHour, departHour, arriveHour, freeHour } = movement
          const vehicle = fleet.find(({ kind }) => kind === vehicles.kind)!
          expect(patients).toBeLessThanOrEqual(vehicles.count * vehicle.places)
          expect(patients).toBeGreaterThan((vehicles.count - 1) * vehicle.places)
          expect(loadHour).toBeGreaterThanOrEqual(stagedHour)
          expect(departHour - loadHour).toBe(vehicle.loadHours)
          expect(freeHour - arriveHour - vehicle.unloadHours).toBe(arriveHour - departHour)
        }
      }),
    )
  })

  it('does not depend on the order in which transfers are listed', () => {
    fc.assert(
      fc.property(randomEvacuation, evacuation => {
        const turned = { ...evacuation, transfers: evacuation.transfers.toReversed() }
        expect(scheduleTransfers(turned)).toEqual(scheduleTransfers(evacuation))
      }),
    )
  })
})

describe('who gets a vehicle first', () => {
  const hospital = (id: string, galeHour: number | null, trauma: string | null = null): ThreatenedHospital => ({
    ...{ id, name: id, city: '', county: '', state: 'LA', type: '', lat: 0, lon: 0, beds: 9_000, patients: 6_000 },
    ...{ trauma, helipad: null, galeHour, hurricaneHour: 40, decision: 'move', why: '' },
  })
  const inland: Receiver = {
    ...{ id: 'inland', name: '', city: '', state: 'AL', lat: 0, lon: 0, trauma: null, helipad: null },
    ...{ free: 99_000, takes: 12_000 },
  }
  const both = (...threatened: ThreatenedHospital[]): Evacuation =>
    evacuationWith(
      threatened,
      [inland],
      threatened.map(({ id }) => ({ from: id, to: 'inland', patients: 6_000, km: 70 })),
    )
  const movedFrom = (evacuation: Evacuation, id: string) =>
    sum(scheduleTransfers(evacuation).movements.filter(({ from }) => from === id))

  it('is the hospital that gales reach first', () => {
    const evacuation = both(hospital('late', 9), hospital('early', 8))
    expect(movedFrom(evacuation, 'early')).toBeGreaterThan(0)
    expect(scheduleTransfers(evacuation).movements[0]?.from).toBe('early')
    expect(movedFrom(evacuation, 'early')).toBeGreaterThan(movedFrom(evacuation, 'late'))
  })

  it('then that of the higher trauma level', () => {
    const evacuation = both(hospital('none', 8), hospital('third', 8, 'LEVEL III'), hospital('first', 8, 'LEVEL I'))
    expect(movedFrom(evacuation, 'first')).toBeGreaterThan(movedFrom(evacuation, 'third'))
    expect(movedFrom(evacuation, 'third')).toBeGreaterThanOrEqual(movedFrom(evacuation, 'none'))
  })

  it('is nobody where the road is longer than the time left, and it says so', () => {
    const { movements, unmoved } = scheduleTransfers(both(hospital('doomed', 3)))
    expect(movements).toEqual([])
    expect(unmoved.every(({ why }) => why.startsWith('too far'))).toBe(true)
  })

  it('is not delayed by a hazard that names no hour', () => {
    expect(movedFrom(both(hospital('alerted', null)), 'alerted')).toBe(6_000)
  })

  it('leaves out a transfer from a hospital that nothing is known of, and says so', () => {
    const stray = { from: 'ghost', to: 'inland', patients: 4, km: 10 }
    const { movements, unusable } = scheduleTransfers(evacuationWith([], [inland], [stray]))
    expect(movements).toEqual([])
    expect(unusable).toMatchObject([{ field: 'transfers', value: '4 patients from ghost to inland' }])
  })
})

describe('the schedule for Katrina as it came', () => {
  it('uses every ambulance and helicopter, and stays small', async () => {
    const evacuation = await evacuationOf({ hazard, threat })
    const schedule = scheduleTransfers(evacuation)
    expect(Schedule.parse(schedule)).toEqual(schedule)
    expect(JSON.stringify(schedule).length).toBeLessThan(200_000)
    const inFull = schedule.fleet.filter(({ peak, count }) => peak === count).map(({ kind }) => kind)
    expect(inFull).toEqual(expect.arrayContaining(['ambulance', 'helicopter']))
    expect(sum(schedule.movements) + sum(schedule.unmoved)).toBe(sum(evacuation.transfers))
    expect(sum(schedule.movements)).toBeGreaterThan(2_000)
    expect(schedule.unmoved.length).toBeGreaterThan(0)
    expect(schedule.movements.map(({ departHour }) => departHour)).toEqual(
      schedule.movements.map(({ departHour }) => departHour).sort((a, b) => a - b),
    )
  })
})

function sum(list: readonly { patients: number }[]): number {
  return list.reduce((total, { patients }) => total + patients, 0)
}

function quarters(movements: readonly Movement[]): number[] {
  const end = Math.max(0, ...movements.map(({ freeHour }) => freeHour))
  return Array.from({ length: end * 4 + 1 }, (_, i) => i / 4)
}

function outAt(movements: readonly Movement[], hour: number): number {
  return movements
    .filter(({ loadHour, freeHour }) => loadHour <= hour && hour < freeHour)
    .reduce((total, { vehicles }) => total + vehicles.count, 0)
}
