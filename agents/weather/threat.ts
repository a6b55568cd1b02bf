import { z } from 'zod'
import { Area } from '../hazard/hazard.ts'

/**
 * What a weather agency says of a hazard. `agree` in a field's metadata is how replicas are merged (see
 * protocol/agreement-rule.ts). Honest methods part as the hours go by, so what they may differ by grows with the hour:
 * `tolerance` at hour 0, where all start from the same fix, and `tolerancePerKey` more for every hour.
 *
 * The figures are what three honest methods need on Katrina, Ike and Sandy within 48 h of landfall, with a tenth to
 * spare: all three agree at 27 of 33 times and two at the others, which differ over whether the coast is met at all,
 * while a forecast moved by 400 km any way, or of 60 kt more or less, is outside at all of them
 * (test/agents/weather/tolerances.unit.test.ts).
 */
const within = (tolerance: number, tolerancePerKey: number) => ({ agree: { by: 'median', tolerance, tolerancePerKey } })

const lat = z.number().min(-90).max(90)
const lon = z.number().min(-180).max(180)
const radiusNm = z.number().min(0).meta(within(20, 7))
const RadiiNm = z
  .object({ ne: radiusNm, se: radiusNm, sw: radiusNm, nw: radiusNm })
  .describe('Radius in nautical miles in each quadrant')

export const ThreatHour = z.object({
  /** Whole hours after the hazard's `asOf`. */
  hour: z.number().int().min(0),
  lat: lat.meta(within(0.25, 0.2)),
  lon: lon.meta(within(0.25, 0.4)),
  windKt: z.number().min(0).meta(within(5, 1.5)),
  galeNm: RadiiNm,
  hurricaneNm: RadiiNm,
})
export type ThreatHour = z.infer<typeof ThreatHour>

/** The first crossing from sea to land: methods meet the coast at other places and times, at much the same strength. */
const Landfall = z.object({
  hour: z.number().min(0).meta(within(18, 0)),
  lat: lat.meta(within(2.5, 0)),
  lon: lon.meta(within(3.5, 0)),
  windKt: z.number().min(0).meta(within(20, 0)),
})

export const Threat = z.object({
  /** Where and when the centre first crosses the coast after `asOf`; null when it does not within the hours below. */
  landfall: Landfall.nullable(),
  peakWindKt: z.number().min(0).meta(within(20, 0)).nullable(),
  hours: z.array(ThreatHour).meta({ agree: { by: 'list', key: 'hour' } }),
  /** The areas of an alert that says them itself; empty for a storm's track. */
  areas: z.array(Area),
  /** How the forecast was made, in words. */
  method: z.string().meta({ agree: { by: 'ignore' } }),
})
export type Threat = z.infer<typeof Threat>
