import { z } from 'zod'
import { Area, Quadrants } from '../hazard/hazard.ts'

/**
 * What a weather agency says of a hazard. `agree` in a field's metadata is how replicas are merged (see
 * protocol/agreement-rule.ts): numbers by weighted median within `tolerance` of it; `ignore` keeps a field out of the verdict.
 */
const lat = z
  .number()
  .min(-90)
  .max(90)
  .meta({ agree: { by: 'median', tolerance: 1.5 } })
const lon = z
  .number()
  .min(-180)
  .max(180)
  .meta({ agree: { by: 'median', tolerance: 1.5 } })

export const ThreatHour = z.object({
  /** Whole hours after the hazard's `asOf`. */
  hour: z.number().int().min(0),
  lat,
  lon,
  windKt: z
    .number()
    .min(0)
    .meta({ agree: { by: 'median', tolerance: 25 } }),
  galeNm: Quadrants,
  hurricaneNm: Quadrants,
})
export type ThreatHour = z.infer<typeof ThreatHour>

export const Threat = z.object({
  /** Where and when the centre first crosses the coast after `asOf`; null when it does not within the hours below. */
  landfall: z.object({ hour: z.number(), lat, lon, windKt: z.number() }).nullable(),
  peakWindKt: z.number().nullable(),
  hours: z.array(ThreatHour).meta({ agree: { by: 'list', key: 'hour' } }),
  /** The areas of an alert that says them itself; empty for a storm's track. */
  areas: z.array(Area),
  method: z.string().meta({ agree: { by: 'ignore' } }),
})
export type Threat = z.infer<typeof Threat>
