import { describe, expect, it } from 'vitest'
import { ZodError } from 'zod'
import { composeResponse } from '../../../../agents/emergency/compose-response.ts'
import type { Hazard } from '../../../../agents/hazard/hazard.ts'
import type { Threat } from '../../../../agents/weather/threat.ts'
import { describeHazard } from '../../../../scenarios/emergency-response/render/hazard.ts'
import { renderResponse } from '../../../../scenarios/emergency-response/render/response.ts'
import { textWidth } from '../../../../scenarios/emergency-response/render/text-width.ts'
import { departmentsOn } from '../../../agents/emergency/katrina.ts'
import { alertOver, hazard, newOrleans, threat } from '../../../agents/health/katrina.ts'
import { publish } from '../../../agents/information/notice-of.ts'

async function outputsOf(seen: { hazard: Hazard; threat: Threat }) {
  const departments = await departmentsOn(seen)
  const response = composeResponse(departments)
  const { notice } = await publish({ hazard: seen.hazard, response })
  const { evacuation, transport } = departments
  return { threat: seen.threat, evacuation, transport, response, notice }
}

describe('the response in a terminal', () => {
  it('shows a duty officer what threatens, what to do, who is left, and what the public is told', async () => {
    const outputs = await outputsOf({ hazard, threat })
    const text = renderResponse(outputs, { columns: 100 })
    const { figures } = outputs.response
    const titles = [
      'HAZARD',
      'OBJECTIVES',
      'FIGURES',
      'OPEN RISKS',
      'TIMELINE',
      'WINDS',
      'LARGEST MOVES',
      'LEFT BEHIND',
      'NOTICE',
      '公告',
    ]
    const places = titles.map(title => text.indexOf(`\n\n${title}`))
    expect(places.slice(1)).toEqual(places.slice(1).toSorted((a, b) => a - b))
    expect(places.slice(1)).not.toContain(-1)
    expect(text).toContain('Landfall      2005-08-29 11:12 UTC, hour 23.2, 29.3°N 89.6°W, 110 kt')
    expect(text).toContain(
      `${figures.threatenedHospitals} hospitals with ${figures.threatenedBeds.toLocaleString('en-US')} beds`,
    )
    expect(text).toContain('\nEXERCISE: Hurricane Katrina threatens an area')
    expect(text).toContain('有效期至')
  })

  it('lists the ten largest moves, the largest first', async () => {
    const text = renderResponse(await outputsOf({ hazard, threat }), { columns: 120 })
    const rows = text.split('LARGEST MOVES\n')[1]!.split('\n\n')[0]!.split('\n').slice(1)
    const patients = rows.map(row => Number.parseInt(row, 10))
    expect(patients).toHaveLength(10)
    expect(patients).toEqual(patients.toSorted((a, b) => b - a))
  })

  it.each([60, 80, 110])('fits %i columns, without spaces at the end of a line', async columns => {
    const lines = renderResponse(await outputsOf({ hazard, threat }), { columns }).split('\n')
    // The winds are figures: no column of theirs can be cut.
    const winds = /^hour {2}UTC|^ *\d+ {2}\d\d-\d\d /
    expect(lines.filter(line => textWidth(line) > columns && !winds.test(line))).toEqual([])
    expect(lines.filter(line => line !== line.trimEnd())).toEqual([])
  })

  it('of an alert has no winds, and of a place without hospitals no figures', async () => {
    const flood = renderResponse(await outputsOf(alertOver([newOrleans])), { columns: 80 })
    expect(flood).not.toMatch(/WINDS|Landfall/)
    expect(flood).toContain('Area          New Orleans')
    const sea = { description: 'Sea', polygons: [], circles: [{ lat: 0, lon: 0, radiusKm: 9 }], codes: [] }
    const nowhere = renderResponse(await outputsOf(alertOver([sea])), { columns: 80 })
    expect(nowhere).toContain('No open hospital of the registry (AK, AL, LA, MS) lies in the threatened area.')
    expect(nowhere).not.toMatch(/LARGEST MOVES|LEFT BEHIND/)
  })

  it('lets nothing from outside drive the terminal', async () => {
    const evil = 'Flood\u001b[2J\u001b]0;owned\u0007'
    const seen = alertOver([{ ...newOrleans, description: evil }], { event: evil, headline: evil, instruction: evil })
    const text = renderResponse(await outputsOf(seen), { columns: 80 }) + describeHazard(seen.hazard, { columns: 80 })
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u)
  })

  it('is styled only where the caller asks', async () => {
    const outputs = await outputsOf({ hazard, threat })
    const style = { title: (text: string) => `<t>${text}</t>`, strong: (text: string) => `<s>${text}</s>` }
    const styled = renderResponse(outputs, { columns: 100, style })
    expect(styled).toContain('<t>HAZARD</t>')
    expect(styled).toContain('<s>EXERCISE: Hurricane Katrina')
    expect(styled.replace(/<\/?[ts]>/g, '')).toBe(renderResponse(outputs, { columns: 100 }))
  })

  it('refuses what is no output of the task', () => {
    expect(() => renderResponse({ threat }, { columns: 80 })).toThrow(ZodError)
  })
})

describe('a hazard in a terminal', () => {
  it('is a few lines', () => {
    expect(describeHazard(hazard, { columns: 100 }).split('\n')).toEqual([
      'Hurricane Katrina · Extreme · Immediate · Likely',
      'Hurricane Katrina, 145 kt (category 5), at 25.7°N 87.7°W on 2005-08-28 12:00 UTC',
      'as of 2005-08-28 12:00 UTC (a replay)',
    ])
  })

  it('tells what of its source is not used, the first three and how many more', () => {
    const unusable = ['a', 'b', 'c', 'd', 'e'].map(field => ({ field, value: '1', why: 'no reason' }))
    const lines = describeHazard({ ...hazard, unusable }, { columns: 100 }).split('\n')
    expect(lines.slice(3)).toEqual([
      '5 parts of the source not used:',
      '- a 1: no reason',
      '- b 1: no reason',
      '- c 1: no reason',
      '- and 2 more',
    ])
  })
})
