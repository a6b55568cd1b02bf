import { describe, expect, it } from 'vitest'
import { Notice } from '../../../agents/information/notice.ts'
import { alertOver, newOrleans } from '../health/katrina.ts'
import { inputOf, katrina, publish } from './notice-of.ts'

describe('the notice from the templates', () => {
  it('says the same figures, times and places in both languages', async () => {
    const input = await katrina()
    const { notice } = await publish(input)
    const { figures } = input.response
    expect(Notice.parse(notice)).toEqual(notice)
    for (const text of [notice.en.text, notice.zh.text]) {
      for (const fact of [figures.movingHospitals, figures.shelteringHospitals, '29.3', '89.6', '11:12', 110, 204]) {
        expect(text).toContain(String(fact))
      }
    }
    expect(notice.en.text).toContain('11:12 UTC on 29 August 2005')
    expect(notice.zh.text).toContain('协调世界时2005年8月29日11:12')
    for (const county of ['Orleans', 'St. Bernard', 'Hancock']) {
      expect(notice.en.places).toContain(county)
      expect(notice.zh.places).toContain(county)
    }
    expect(notice.en.wordedBy).toBe('template')
    expect(notice.zh.wordedBy).toBe('template')
  })

  it('is whole sentences of one language each', async () => {
    const { en, zh } = (await publish(await katrina())).notice
    expect(en.text).toMatch(/^[A-Z].*\.$/)
    expect(en.headline + en.text + en.places + en.instruction).not.toMatch(/\p{Script=Han}/u)
    expect(zh.text).toMatch(/。$/)
    expect(zh.headline).toMatch(/^【演习】飓风“Katrina”威胁包括亚拉巴马州、路易斯安那州、密西西比州部分区域在内的地区$/)
    expect(zh.text).not.toMatch(/undefined|null|NaN|[a-z]{3,}\s[a-z]{3,}/)
    expect(en.text).not.toMatch(/undefined|null|NaN/)
  })

  it('says that a replay is an exercise, and that a hazard of today is not', async () => {
    const replay = (await publish(await katrina({ replay: true }))).notice
    expect([replay.en.headline, replay.en.text]).toEqual([
      expect.stringMatching(/^EXERCISE: /),
      expect.stringMatching(/exercise/),
    ])
    expect(replay.zh.headline + replay.zh.text).toMatch(/演习.*演习/)
    const actual = (await publish(await katrina({ replay: false }))).notice
    expect(JSON.stringify(actual)).not.toMatch(/exercise|演习/i)
  })

  it('of an alert names its kind in Chinese beside the issuer’s own words, and repeats the issuer’s advice', async () => {
    const seen = alertOver([newOrleans], { instruction: 'Move to the upper floors.\n' })
    const { en, zh } = (await publish(await inputOf(seen))).notice
    expect(zh.headline).toBe('洪水（Flood Warning）警报：包括路易斯安那州部分区域在内的地区')
    expect(en.headline).toBe('Flood Warning for an area that includes parts of Louisiana')
    expect(en.instruction).toMatch(/higher ground.*upper floors\.$/)
    expect(zh.instruction).toMatch(/高处.*upper floors\.$/)
  })

  it('falls back on the area’s own name where no hospital is threatened', async () => {
    const zones = { description: 'Aleutians', polygons: [], circles: [], codes: [{ system: 'UGC', code: 'AKZ185' }] }
    const { en, zh } = (await publish(await inputOf(alertOver([zones], { kind: 'tsunami', event: 'Tsunami Warning' }))))
      .notice
    expect([en.places, zh.places]).toEqual(['Aleutians', 'Aleutians'])
    expect(en.text).toContain('the area named below')
    expect(zh.headline).toBe('海啸（Tsunami Warning）警报：下列地区')
    expect(en.text).not.toContain('0 hospitals')
  })
})
