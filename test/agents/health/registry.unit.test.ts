import { describe, expect, it } from 'vitest'
import { loadRegistry, readRegistry } from '../../../agents/health/registry.ts'

const columns =
  'ID,NAME,CITY,STATE,ZIP,TYPE,STATUS,COUNTY,COUNTYFIPS,LATITUDE,LONGITUDE,NAICS_DESC,OWNER,BEDS,TRAUMA,HELIPAD'
const row = (id: string, status: string, lat: string, lon: string, beds: string, trauma: string, helipad: string) =>
  `${id},"SAINT, OF ALL",MOBILE,AL,36602,GENERAL ACUTE CARE,${status},MOBILE,01097,${lat},${lon},X,Y,${beds},${trauma},${helipad}`

describe('the registry of hospitals', () => {
  it('has the 543 open ones of four states, in the order of their ids', async () => {
    const { hospitals, unusable } = await loadRegistry()
    expect(hospitals).toHaveLength(543)
    expect(unusable).toEqual([])
    expect(new Set(hospitals.map(({ state }) => state))).toEqual(new Set(['AK', 'AL', 'LA', 'MS']))
    expect(hospitals.map(({ id }) => id)).toEqual(hospitals.map(({ id }) => id).sort())
    expect(hospitals.every(({ beds }) => beds === null || beds > 0)).toBe(true)
  })

  it('keeps what nobody said as unknown, and never as a number or a no', async () => {
    const csv = [columns, row('1', 'OPEN', '30.7', '-88.1', '-999', 'NOT AVAILABLE', 'NOT AVAILABLE')].join('\n')
    const { hospitals } = await readRegistry(csv)
    expect(hospitals[0]).toMatchObject({ name: 'SAINT, OF ALL', beds: null, trauma: null, helipad: null })
  })

  it('leaves out the closed, and reports the open that have no position', async () => {
    const csv = [
      columns,
      row('3', 'OPEN', '', '', '10', 'LEVEL I', 'Y'),
      row('2', 'CLOSED', '30.7', '-88.1', '10', 'LEVEL I', 'Y'),
      row('1', 'OPEN', '30.7', '-88.1', '10', 'LEVEL I', 'N'),
      row('4', 'OPEN', '0', '0', '10', 'LEVEL I', 'N'),
    ].join('\r\n')
    const { hospitals, unusable } = await readRegistry(`\ufeff${csv}`)
    expect(hospitals.map(({ id, helipad }) => [id, helipad])).toEqual([['1', false]])
    expect(unusable.map(({ field, value }) => [field, value])).toEqual([
      ['position', '3 SAINT, OF ALL'],
      ['position', '4 SAINT, OF ALL'],
    ])
  })
})
