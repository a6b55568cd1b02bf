import { z } from 'zod'

/**
 * The one document that every source of a hazard becomes: a HURDAT2 track as it stood at `asOf`, or a CAP alert. Times
 * are ISO 8601 in UTC with seconds; positions are degrees (north and east positive); winds knots; radii nautical miles.
 */

export const severities = ['Unknown', 'Minor', 'Moderate', 'Severe', 'Extreme'] as const
export const urgencies = ['Unknown', 'Past', 'Future', 'Expected', 'Immediate'] as const
export const certainties = ['Unknown', 'Unlikely', 'Possible', 'Likely', 'Observed'] as const

export const Quadrants = z
  .object({ ne: z.number().min(0), se: z.number().min(0), sw: z.number().min(0), nw: z.number().min(0) })
  .describe('Radius in nautical miles in each quadrant')
export type Quadrants = z.infer<typeof Quadrants>

const LatLon = { lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }

export const Fix = z.object({
  at: z.iso.datetime(),
  /** HURDAT2 status: TD TS HU EX SD SS LO WV DB. */
  status: z.string(),
  ...LatLon,
  windKt: z.number().nullable(),
  pressureHpa: z.number().nullable(),
  galeNm: Quadrants.nullable(),
  stormNm: Quadrants.nullable(),
  hurricaneNm: Quadrants.nullable(),
})
export type Fix = z.infer<typeof Fix>

export const Area = z.object({
  description: z.string(),
  /** Rings of [lon, lat], closed. */
  polygons: z.array(z.array(z.tuple([z.number(), z.number()]))),
  circles: z.array(z.object({ ...LatLon, radiusKm: z.number().min(0) })),
  codes: z.array(z.object({ system: z.string(), code: z.string() })),
})
export type Area = z.infer<typeof Area>

/** Something that a source, or a department, says and that could not be used. */
export const Unusable = z.object({ field: z.string(), value: z.string(), why: z.string() })
export type Unusable = z.infer<typeof Unusable>

export const Hazard = z.object({
  schema: z.literal('entente.hazard/1'),
  /** `AL122005@2005-08-28T12:00:00Z`, or the CAP identifier. */
  id: z.string(),
  /** Short ASCII kind for the chain: `hurricane`, `tsunami`, `flood`, `earthquake`, `snow`… */
  kind: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  event: z.string(),
  headline: z.string(),
  severity: z.enum(severities),
  urgency: z.enum(urgencies),
  certainty: z.enum(certainties),
  /** The moment at which all below was known; nothing later is in this document. */
  asOf: z.iso.datetime(),
  expires: z.iso.datetime().nullable(),
  /** True when `asOf` lies in the past of whoever made this document. */
  replay: z.boolean(),
  source: z.object({ format: z.enum(['HURDAT2', 'CAP-1.1', 'CAP-1.2']), sender: z.string(), sha256: z.string() }),
  /** Oldest first, none later than `asOf`; empty for an alert. */
  fixes: z.array(Fix),
  areas: z.array(Area),
  instruction: z.string().nullable(),
  /** What the source says that could not be used, and why: reported, never guessed. */
  unusable: z.array(Unusable),
})
export type Hazard = z.infer<typeof Hazard>
