import { z } from 'zod'
import { Area, Hazard, severities } from '../hazard/hazard.ts'
import { Evacuation } from '../health/evacuation.ts'
import { Schedule } from '../transport/schedule.ts'
import { Threat } from '../weather/threat.ts'

/** The one response of all departments. Hours count from the hazard's `asOf`; times are ISO 8601 in UTC. */

const count = z.number().int().min(0)

/** What a duty officer asks first. Patients are estimated from beds; hospitals of unknown beds are in none of them. */
export const Figures = z.object({
  threatenedHospitals: count,
  threatenedBeds: count,
  movingHospitals: count,
  shelteringHospitals: count,
  /** Of those that shelter, how many meet hurricane-force winds. */
  shelteringInHurricane: count,
  unknownBeds: count,
  patientsToMove: count,
  /** Patients with a bed elsewhere, and without. */
  placed: count,
  unplaced: count,
  receivingHospitals: count,
  /** Patients with a vehicle in time, and without. */
  moved: count,
  unmoved: count,
  byRoad: count,
  byAir: count,
  convoys: count,
})
export type Figures = z.infer<typeof Figures>

export const Moment = z.object({ hour: z.number(), at: z.iso.datetime(), what: z.string() })
export type Moment = z.infer<typeof Moment>

export const Risk = z.object({ risk: z.string(), patients: count.nullable(), detail: z.string() })
export type Risk = z.infer<typeof Risk>

/** Counties (in Louisiana, parishes) with a threatened hospital, by the strongest winds there or the alert's area. */
export const AffectedState = z.object({
  state: z.string(),
  hurricane: z.array(z.string()),
  gale: z.array(z.string()),
  alerted: z.array(z.string()),
})
export type AffectedState = z.infer<typeof AffectedState>

export const Response = z.object({
  /** The hazard's own words and time. */
  event: z.string(),
  asOf: z.iso.datetime(),
  replay: z.boolean(),
  severity: z.enum(severities),
  headline: z.string(),
  expires: z.iso.datetime(),
  landfall: z
    .object({ hour: z.number(), at: z.iso.datetime(), lat: z.number(), lon: z.number(), windKt: z.number() })
    .nullable(),
  /** When the first gale and hurricane-force winds reach a hospital; null when they reach none. */
  galesFrom: z.iso.datetime().nullable(),
  hurricaneFrom: z.iso.datetime().nullable(),
  figures: Figures,
  /** The first is the most important. */
  objectives: z.array(z.string()),
  actions: z.array(z.object({ department: z.string(), actions: z.array(z.string()) })),
  timeline: z.array(Moment),
  risks: z.array(Risk),
  affected: z.array(AffectedState),
  /** Where the public is warned: of a storm, the area that gales sweep. */
  areas: z.array(Area),
})
export type Response = z.infer<typeof Response>

export const ResponseInput = z.object({ hazard: Hazard, threat: Threat, evacuation: Evacuation, transport: Schedule })
export type ResponseInput = z.infer<typeof ResponseInput>
