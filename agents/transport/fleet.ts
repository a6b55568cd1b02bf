import type { VehicleKind } from './schedule.ts'

export interface VehicleClass {
  readonly kind: VehicleKind
  readonly mode: 'road' | 'air'
  /** Who can travel in it: a patient on a stretcher, or one who can sit. */
  readonly carries: 'stretcher' | 'seat'
  readonly count: number
  /** Patients in one vehicle. */
  readonly places: number
  readonly kmPerHour: number
  readonly loadHours: number
  readonly unloadHours: number
}

/**
 * Counts: the most that one zone gets under the national ambulance contract of the Federal Emergency Management Agency
 * (since 2007): 300 ground ambulances, 25 air ambulances, and paratransit for 3,500 people, here as vans of ten seats.
 * Places, speeds and times are this department's assumptions: an ambulance takes a second patient on its bench; road
 * speeds are those of an evacuation's traffic; a helicopter cruises at about 120 kt.
 */
export const fleet: readonly VehicleClass[] = [
  {
    kind: 'ambulance',
    mode: 'road',
    carries: 'stretcher',
    count: 300,
    places: 2,
    kmPerHour: 70,
    loadHours: 0.5,
    unloadHours: 0.5,
  },
  {
    kind: 'van',
    mode: 'road',
    carries: 'seat',
    count: 350,
    places: 10,
    kmPerHour: 60,
    loadHours: 1,
    unloadHours: 0.5,
  },
  {
    kind: 'helicopter',
    mode: 'air',
    carries: 'stretcher',
    count: 25,
    places: 1,
    kmPerHour: 220,
    loadHours: 0.5,
    unloadHours: 0.25,
  },
]

/** One patient in so many needs a stretcher: an assumption, for the registry does not say how ill the patients are. */
export const stretcherOneIn = 3

/** The fleet stands staged inland; nothing loads at a hospital before this hour. */
export const stagedHour = 2

/** Kilometres of road for one along the great circle. */
export const roadFactor = 1.3

/** Helicopters have landed this long before gales: the squalls of the outer bands come first. */
export const airMarginHours = 3

/** Where no hour of gales is known (an alert), nothing is planned beyond this. */
export const horizonHours = 72

/** Hours that a trip takes, one way, rounded up to quarters. */
export function tripHours(vehicle: VehicleClass, km: number): number {
  const distanceKm = vehicle.mode === 'road' ? km * roadFactor : km
  return Math.ceil((distanceKm / vehicle.kmPerHour) * 4) / 4
}
