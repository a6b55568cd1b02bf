import { z } from 'zod'
import { Hazard, Unusable } from '../hazard/hazard.ts'
import { Threat } from '../weather/threat.ts'

/** What the health department decides: who is threatened, who leaves, who takes them in, what it could not judge. */

const Identity = {
  /** HIFLD id, ten characters. */
  id: z.string(),
  name: z.string(),
  city: z.string(),
  state: z.string(),
  lat: z.number(),
  lon: z.number(),
  /** `LEVEL I` … `LEVEL V`; null when the registry does not say. */
  trauma: z.string().nullable(),
  /** Null when the registry does not say. */
  helipad: z.boolean().nullable(),
}

export const ThreatenedHospital = z.object({
  ...Identity,
  county: z.string(),
  type: z.string(),
  /** Licensed beds; null when unknown. */
  beds: z.number().int().nullable(),
  /** Estimated from the beds; null when they are unknown. */
  patients: z.number().int().nullable(),
  /** Whole hours after the hazard's `asOf` when 34 kt winds arrive; null for an alert, which names no hour. */
  galeHour: z.number().int().nullable(),
  /** The same for 64 kt winds; null when they do not reach it. */
  hurricaneHour: z.number().int().nullable(),
  decision: z.enum(['move', 'shelter']),
  why: z.string(),
})
export type ThreatenedHospital = z.infer<typeof ThreatenedHospital>

export const Receiver = z.object({
  ...Identity,
  /** Beds that it can free. */
  free: z.number().int(),
  /** Patients that this plan sends there. */
  takes: z.number().int(),
})
export type Receiver = z.infer<typeof Receiver>

/** `km` is along the great circle. */
export const Transfer = z.object({
  from: z.string(),
  to: z.string(),
  patients: z.number().int().positive(),
  km: z.number().int(),
})
export type Transfer = z.infer<typeof Transfer>

export const Evacuation = z.object({
  summary: z.string(),
  registry: z.object({ states: z.array(z.string()), openHospitals: z.number().int() }),
  /** The most urgent first. */
  threatened: z.array(ThreatenedHospital),
  /** Beds that hospitals outside the area could free, before any is assigned. */
  offered: z.object({ hospitals: z.number().int(), beds: z.number().int() }),
  /** Only those that a transfer goes to. */
  receivers: z.array(Receiver),
  transfers: z.array(Transfer),
  unplaced: z.array(z.object({ hospital: z.string(), patients: z.number().int().positive(), why: z.string() })),
  /** What could not be judged, and why. */
  unusable: z.array(Unusable),
  assumptions: z.array(z.string()),
})
export type Evacuation = z.infer<typeof Evacuation>

export const EvacuationInput = z.object({ hazard: Hazard, threat: Threat })
export type EvacuationInput = z.infer<typeof EvacuationInput>
