import { describe, expect, it } from 'vitest'
import { composeResponse } from '../../../agents/emergency/compose-response.ts'
import { Response } from '../../../agents/emergency/response.ts'
import { withinArea } from '../../../agents/health/within-area.ts'
import { alertOver, foreseen, hazard, newOrleans, threat } from '../health/katrina.ts'
import { stormAt } from '../weather/storms.ts'
import { departmentsOn, responseTo } from './katrina.ts'

describe('the response to Katrina as it came', () => {
  it('has the severity of the hazard, which the plan asks an approval for', async () => {
    const response = await responseTo({ hazard, threat })
    expect(Response.parse(response)).toEqual(response)
    expect(response.severity).toBe('Extreme')
    expect(JSON.stringify(response).length).toBeLessThan(20_000)
  })

  it('has figures that add up', async () => {
    const { figures } = await responseTo({ hazard, threat })
    expect(figures.movingHospitals + figures.shelteringHospitals).toBe(figures.threatenedHospitals)
    expect(figures.placed + figures.unplaced).toBe(figures.patientsToMove)
    expect(figures.moved + figures.unmoved).toBe(figures.placed)
    expect(figures.byRoad + figures.byAir).toBe(figures.moved)
    expect(figures.unplaced).toBeGreaterThan(0)
    expect(figures.unmoved).toBeGreaterThan(0)
  })

  it('names every patient that is left, as a risk and as an objective', async () => {
    const { figures, risks, objectives } = await responseTo({ hazard, threat })
    expect(risks.map(({ patients }) => patients)).toEqual(expect.arrayContaining([figures.unmoved, figures.unplaced]))
    expect(objectives[0]).toContain(`${figures.moved} patients`)
    expect(objectives.some(text => text.includes(`vehicles for ${figures.unmoved}`))).toBe(true)
    expect(objectives.some(text => text.includes(`beds in other states for ${figures.unplaced}`))).toBe(true)
  })

  it('tells in order what happens when, from its opening past landfall', async () => {
    const { timeline, landfall, galesFrom } = await responseTo({ hazard, threat })
    expect(timeline[0]).toMatchObject({ hour: 0, at: hazard.asOf })
    expect(timeline.map(({ hour }) => hour)).toEqual(timeline.map(({ hour }) => hour).sort((a, b) => a - b))
    expect(timeline.find(({ what }) => what.includes('crosses the coast'))?.at).toBe('2005-08-29T11:12:00Z')
    expect(landfall?.at).toBe('2005-08-29T11:12:00Z')
    expect(timeline.some(({ at, what }) => at === galesFrom && what.startsWith('Gale winds reach'))).toBe(true)
  })

  it('warns in an area that holds every threatened hospital, and names its county', async () => {
    const input = await departmentsOn({ hazard, threat })
    const { areas, affected } = composeResponse(input)
    for (const { lat, lon, county, state, hurricaneHour } of input.evacuation.threatened) {
      expect(areas.some(area => withinArea({ lat, lon }, area))).toBe(true)
      const here = affected.find(entry => entry.state === state)
      const named = hurricaneHour === null ? [...here!.hurricane, ...here!.gale] : here!.hurricane
      expect(named.map(name => name.toUpperCase())).toContain(county)
    }
    expect(affected.find(({ state }) => state === 'LA')?.hurricane).toContain('St. Bernard')
    for (const { hurricane, gale } of affected) expect(gale.filter(name => hurricane.includes(name))).toEqual([])
  })
})

describe('the response to other hazards', () => {
  it('to a flood keeps the alert’s own area and end, and plans no winds', async () => {
    const response = await responseTo(alertOver([newOrleans]))
    expect(response.areas).toEqual([newOrleans])
    expect(response.expires).toBe('2005-08-29T12:00:00Z')
    expect(response).toMatchObject({ landfall: null, galesFrom: null, hurricaneFrom: null })
    expect(response.objectives[0]).toMatch(/at once/)
    expect(response.affected[0]).toMatchObject({ state: 'LA', hurricane: [], gale: [] })
    expect(response.affected[0]?.alerted).toContain('Orleans')
  })

  it('to an area of codes alone tells that nothing could be judged, and still warns there', async () => {
    const zones = { description: 'Aleutians', polygons: [], circles: [], codes: [{ system: 'UGC', code: 'AKZ185' }] }
    const response = await responseTo(alertOver([zones], { severity: 'Extreme' }))
    expect(response.figures.threatenedHospitals).toBe(0)
    expect(response.risks).toMatchObject([{ risk: 'Not judged: area', patients: null }])
    expect(response.areas).toEqual([zones])
    expect(response.severity).toBe('Extreme')
    expect(response.objectives).toEqual(['Warn the public in the area, in the languages that it reads.'])
  })

  it('to a storm elsewhere has nobody to move', async () => {
    const { figures, actions } = await responseTo(foreseen(stormAt('sandy', '2012-10-28T12:00Z')))
    expect(Object.values(figures).every(count => count === 0)).toBe(true)
    expect(actions.map(({ department }) => department)).toEqual(['Public information', 'Weather'])
  })

  it('passes on what the source of the hazard could not say', async () => {
    const unusable = [{ field: 'predictedArrivalTime', value: '2012-10-27', why: 'another year' }]
    const { risks } = await responseTo(alertOver([newOrleans], { unusable }))
    expect(risks.at(-1)?.detail).toBe('1 in all, the first: predictedArrivalTime: another year.')
  })
})
