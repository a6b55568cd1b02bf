import type { Area } from '../hazard/hazard.ts'

/** Names under which alerts give counties: the code of the Specific Area Message Encoding, which begins with FIPS's. */
const systems = new Set(['SAME', 'FIPS6'])

/**
 * The counties that an area names, as five digits of FIPS: state, then county, `000` for a whole state. SAME puts a
 * digit before them for a part of the county; the whole county is then taken, for a hospital's part is not known.
 */
export function countiesOf({ codes }: Area): string[] {
  return codes.flatMap(({ system, code }) => (systems.has(system) && /^\d{6}$/.test(code) ? [code.slice(1)] : []))
}

/** @param countyFips five digits */
export function withinCounty(countyFips: string, area: Area): boolean {
  return countiesOf(area).some(fips => fips === countyFips || fips === `${countyFips.slice(0, 2)}000`)
}
