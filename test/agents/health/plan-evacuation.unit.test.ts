import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Evacuation } from '../../../agents/health/evacuation.ts'
import { planEvacuation } from '../../../agents/health/plan-evacuation.ts'
import { readRegistry } from '../../../agents/health/registry.ts'
import { stormAt } from '../weather/storms.ts'
import { alertOver, evacuationOf, foreseen, hazard, newOrleans, threat } from './katrina.ts'

describe('the evacuation for Katrina as it came', () => {
  it('moves the hospitals that hurricane-force winds reach, and shelters those of gales alone', async () => {
    const { threatened } = await evacuationOf({ hazard, threat })
    expect(threatened.length).toBeGreaterThan(112)
    for (const { galeHour, hurricaneHour, decision } of threatened) {
      expect(galeHour).not.toBeNull()
      expect(decision).toBe(hurricaneHour === null ? 'shelter' : 'move')
      if (hurricaneHour !== null) expect(hurricaneHour).toBeGreaterThanOrEqual(galeHour!)
    }
    const tulane = threatened.find(({ name }) => name.startsWith('TULANE'))
    expect(tulane).toMatchObject({ city: 'NEW ORLEANS', decision: 'move', helipad: true })
    expect(tulane?.galeHour).toBeGreaterThan(6)
    expect(tulane?.hurricaneHour).toBeLessThan(30)
  })

  it('sends patients only out of the area, in the numbers that the beds give', async () => {
    const { threatened, receivers, transfers, unplaced } = await evacuationOf({ hazard, threat })
    const inside = new Map(threatened.map(hospital => [hospital.id, hospital]))
    const taking = new Map(receivers.map(receiver => [receiver.id, receiver]))
    for (const { from, to } of transfers) {
      expect(inside.get(from)?.decision).toBe('move')
      expect(inside.has(to)).toBe(false)
      expect(taking.has(to)).toBe(true)
    }
    for (const { free, takes } of receivers) expect(takes).toBeLessThanOrEqual(free)
    const moving = threatened.filter(({ decision }) => decision === 'move')
    expect(total(transfers, 'patients') + total(unplaced, 'patients')).toBe(total(moving, 'patients'))
    expect(total(receivers, 'takes')).toBe(total(transfers, 'patients'))
  })

  it('reports the hospitals whose beds nobody knows, and counts nobody in them', async () => {
    const { threatened, unusable } = await evacuationOf({ hazard, threat })
    const unknown = threatened.filter(({ beds }) => beds === null)
    expect(unknown.length).toBeGreaterThan(0)
    expect(unknown.every(({ patients }) => patients === null)).toBe(true)
    expect(unusable.filter(({ field }) => field === 'beds')).toHaveLength(unknown.length)
  })

  it('is what its schema says, small, and byte for byte the same for a registry in any order', async () => {
    const csv = readFileSync(new URL('../../../agents/health/data/hospitals.csv', import.meta.url), 'utf8')
    const [columns, ...rows] = csv.trimEnd().split('\n')
    const reversed = await readRegistry([columns, ...rows.toReversed()].join('\n'))
    const plan = await evacuationOf({ hazard, threat })
    const text = JSON.stringify(plan)
    expect(Evacuation.parse(plan)).toEqual(plan)
    expect(text.length).toBeLessThan(200_000)
    expect(JSON.stringify(await planEvacuation({ hazard, threat }, reversed))).toBe(text)
  })
})

describe('the evacuation for other hazards', () => {
  it('lets a hospital shelter where gales have arrived already', async () => {
    const { hours } = threat
    const now = { ...threat, hours: hours.map(hour => ({ ...hour, lat: 30, lon: -90 })) }
    const { threatened } = await evacuationOf({ hazard, threat: now })
    expect(threatened.some(({ hurricaneHour }) => hurricaneHour === 0)).toBe(true)
    expect(threatened.filter(({ galeHour }) => galeHour === 0).every(({ decision }) => decision === 'shelter')).toBe(
      true,
    )
  })

  it('moves the hospitals inside a severe flood, which names no hours', async () => {
    const { threatened, transfers } = await evacuationOf(alertOver([newOrleans]))
    expect(threatened.length).toBeGreaterThan(20)
    expect(threatened.every(({ decision, galeHour }) => decision === 'move' && galeHour === null)).toBe(true)
    expect(transfers.length).toBeGreaterThan(0)
  })

  it.each([
    [{ kind: 'snow', event: 'Blizzard' }, 'safer than the road'],
    [{ severity: 'Moderate' }, 'asks nobody to leave'],
  ] as const)('shelters them in an alert of %o', async (parts, why) => {
    const { threatened, transfers } = await evacuationOf(alertOver([newOrleans], parts))
    expect(threatened.length).toBeGreaterThan(20)
    expect(threatened.every(entry => entry.decision === 'shelter' && entry.why.includes(why))).toBe(true)
    expect(transfers).toEqual([])
  })

  it('knows the counties that an alert names by code, parts of them and whole states', async () => {
    const area = (code: string) => ({ description: 'X', polygons: [], circles: [], codes: [{ system: 'SAME', code }] })
    const inside = async (code: string) => (await evacuationOf(alertOver([area(code)]))).threatened
    const orleans = await inside('022071')
    expect(orleans.length).toBeGreaterThan(5)
    expect(orleans.every(({ county, state }) => county === 'ORLEANS' && state === 'LA')).toBe(true)
    expect(await inside('422071')).toEqual(orleans)
    const alaska = await inside('002000')
    expect(alaska.length).toBeGreaterThan(20)
    expect(alaska.every(({ state }) => state === 'AK')).toBe(true)
    expect(await inside('030049')).toEqual([])
    expect((await evacuationOf(alertOver([area('030049')]))).unusable).toEqual([])
  })

  it('takes the shape, not the counties, of an area that has both', async () => {
    const codes = [{ system: 'FIPS6', code: '002000' }]
    const { threatened } = await evacuationOf(alertOver([{ ...newOrleans, codes }]))
    expect(threatened.length).toBeGreaterThan(5)
    expect(threatened.every(({ state }) => state === 'LA')).toBe(true)
  })

  it('judges nothing by zone codes alone, and says so', async () => {
    const codes = [
      { system: 'UGC', code: 'AKZ185' },
      { system: 'UGC', code: 'AKZ187' },
    ]
    const zones = { description: 'Unimak Pass to Amchitka Pass', polygons: [], circles: [], codes }
    const plan = await evacuationOf(alertOver([zones], { kind: 'tsunami' }))
    expect(plan).toMatchObject({ threatened: [], receivers: [], transfers: [], unplaced: [] })
    expect(plan.summary).toContain('no usable geometry')
    expect(plan.unusable).toEqual([
      { field: 'area', value: 'UGC AKZ185, UGC AKZ187', why: expect.stringContaining('only by zone codes') },
    ])
  })

  it('says so when there is neither a wind field nor an area', async () => {
    const plan = await evacuationOf(alertOver([]))
    expect(plan.threatened).toEqual([])
    expect(plan.unusable).toEqual([{ field: 'areas', value: 'flood-1', why: expect.stringContaining('neither') }])
  })

  it('finds none of its hospitals threatened where a storm goes elsewhere, and says so', async () => {
    const plan = await evacuationOf(foreseen(stormAt('sandy', '2012-10-28T12:00Z')))
    expect(plan.threatened).toEqual([])
    expect(plan.summary).toBe('No open hospital of the registry (AK, AL, LA, MS) lies in the threatened area.')
  })
})

function total<K extends string>(list: readonly Record<K, number | null>[], key: K): number {
  return list.reduce((sum, entry) => sum + (entry[key] ?? 0), 0)
}
