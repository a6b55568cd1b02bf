import { readFile } from 'node:fs/promises'
import type { Unusable } from '../hazard/hazard.ts'

export interface Hospital {
  readonly id: string
  readonly name: string
  readonly city: string
  readonly county: string
  /** Five digits: state, then county. */
  readonly countyFips: string
  readonly state: string
  /** HIFLD's word: `GENERAL ACUTE CARE`, `CRITICAL ACCESS`, `PSYCHIATRIC`… */
  readonly type: string
  readonly lat: number
  readonly lon: number
  /** Licensed beds; null when unknown. */
  readonly beds: number | null
  readonly trauma: string | null
  readonly helipad: boolean | null
}

/** The open hospitals that have a position, ordered by id, and the rows that had to be left out. */
export interface Registry {
  readonly hospitals: readonly Hospital[]
  readonly unusable: readonly Unusable[]
}

const file = new URL('data/hospitals.csv', import.meta.url)
let loaded: Promise<Registry> | undefined

/** The department's own registry, read once a process. */
export function loadRegistry(): Promise<Registry> {
  loaded ??= readFile(file, 'utf8').then(readRegistry)
  return loaded
}

/** Reads HIFLD's CSV. A closed hospital is left out in silence; an open one without a position is reported. */
export async function readRegistry(csv: string): Promise<Registry> {
  const { parse } = await import('csv-parse/sync')
  const rows = parse(csv, { columns: true, bom: true, trim: true, skip_empty_lines: true }) as Record<string, string>[]
  const hospitals: Hospital[] = []
  const unusable: Unusable[] = []
  for (const row of rows) {
    if (row.STATUS !== 'OPEN') continue
    const hospital = readHospital(row)
    if (isOnEarth(hospital)) hospitals.push(hospital)
    else
      unusable.push({ field: 'position', value: `${hospital.id} ${hospital.name}`, why: 'no position in the registry' })
  }
  return { hospitals: hospitals.sort((a, b) => (a.id < b.id ? -1 : 1)), unusable }
}

function readHospital(row: Record<string, string>): Hospital {
  const beds = Number.parseInt(row.BEDS ?? '', 10)
  return {
    id: row.ID ?? '',
    name: row.NAME ?? '',
    city: row.CITY ?? '',
    county: row.COUNTY ?? '',
    countyFips: row.COUNTYFIPS ?? '',
    state: row.STATE ?? '',
    type: row.TYPE ?? '',
    lat: Number.parseFloat(row.LATITUDE ?? ''),
    lon: Number.parseFloat(row.LONGITUDE ?? ''),
    // HIFLD writes -999 for unknown.
    beds: beds > 0 ? beds : null,
    trauma: stated(row.TRAUMA),
    helipad: stated(row.HELIPAD) === null ? null : row.HELIPAD === 'Y',
  }
}

function stated(value: string | undefined): string | null {
  return value === undefined || value === '' || value === 'NOT AVAILABLE' ? null : value
}

/** 0, 0 lies in the Gulf of Guinea: it is how a position that was never entered looks. */
function isOnEarth({ lat, lon }: Hospital): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !(lat === 0 && lon === 0)
}
