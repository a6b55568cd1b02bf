import { geoDistance } from 'd3-geo'
import { z } from 'zod'
import { loadRegistry } from '../../../agents/health/registry.ts'
import { skill } from '../../../agents/sdk/define.ts'

const earthKm = 6_371

export const Assessment = z.object({
  region: z.string(),
  hospitals: z.int(),
  threatenedBeds: z.int(),
  spareBeds: z.int(),
  shortfall: z.int(),
})

/** Counts the beds of a region's hospitals (HIFLD) that are near a landfall, and those that are free elsewhere in it. */
export const assessRegion = skill({
  name: 'assess-region',
  version: '1.0.0',
  description: 'Says how many hospital beds of a region must be emptied, and how many are free.',
  input: z.object({
    region: z.string(),
    landfall: z.object({ lat: z.number(), lon: z.number() }),
    radiusKm: z.number(),
    spareShare: z.number(),
  }),
  output: Assessment,
  price: 1_000_000n,
  async run({ region, landfall, radiusKm, spareShare }) {
    const hospitals = (await loadRegistry()).hospitals.filter(({ state }) => state === region)
    if (hospitals.length === 0) throw new Error(`no hospital of a region ${region} is known`)
    const near = ({ lat, lon }: { lat: number; lon: number }) =>
      geoDistance([lon, lat], [landfall.lon, landfall.lat]) * earthKm <= radiusKm
    const bedsOf = (list: typeof hospitals) => list.reduce((sum, { beds }) => sum + (beds ?? 0), 0)
    const threatenedBeds = bedsOf(hospitals.filter(near))
    const spareBeds = Math.floor(bedsOf(hospitals.filter(hospital => !near(hospital))) * spareShare)
    const shortfall = Math.max(0, threatenedBeds - spareBeds)
    return { region, hospitals: hospitals.length, threatenedBeds, spareBeds, shortfall }
  },
})
