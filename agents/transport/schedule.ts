import { z } from 'zod'
import { Hazard, Unusable } from '../hazard/hazard.ts'
import { Evacuation } from '../health/evacuation.ts'
import { Threat } from '../weather/threat.ts'

/** What the transport department plans. Hours count from the hazard's `asOf`, in quarters. */

export const vehicleKinds = ['ambulance', 'van', 'helicopter'] as const
const VehicleKind = z.enum(vehicleKinds)
export type VehicleKind = z.infer<typeof VehicleKind>

/** One convoy: vehicles of one kind that load together at `from`, arrive together at `to`, and come back. */
export const Movement = z.object({
  from: z.string(),
  to: z.string(),
  patients: z.number().int().positive(),
  mode: z.enum(['road', 'air']),
  vehicles: z.object({ kind: VehicleKind, count: z.number().int().positive() }),
  /** The vehicles are taken from here on… */
  loadHour: z.number(),
  departHour: z.number(),
  arriveHour: z.number(),
  /** …until here, when they stand at `from` again. */
  freeHour: z.number(),
})
export type Movement = z.infer<typeof Movement>

export const Unmoved = z.object({
  from: z.string(),
  to: z.string(),
  patients: z.number().int().positive(),
  why: z.string(),
})
export type Unmoved = z.infer<typeof Unmoved>

export const Schedule = z.object({
  summary: z.string(),
  /** By departure. */
  movements: z.array(Movement),
  unmoved: z.array(Unmoved),
  fleet: z.array(
    z.object({
      kind: VehicleKind,
      count: z.number().int(),
      /** The most in use at once. */
      peak: z.number().int(),
      patients: z.number().int(),
    }),
  ),
  unusable: z.array(Unusable),
  assumptions: z.array(z.string()),
})
export type Schedule = z.infer<typeof Schedule>

export const ScheduleInput = z.object({ hazard: Hazard, threat: Threat, evacuation: Evacuation })
export type ScheduleInput = z.infer<typeof ScheduleInput>
