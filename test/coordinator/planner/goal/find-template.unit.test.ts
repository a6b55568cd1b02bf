import { describe, expect, it } from 'vitest'
import { knownTemplates } from '../../../../cli/goal/read-options.ts'
import { findParameters } from '../../../../coordinator/planner/goal/find-parameters.ts'
import { findTemplate } from '../../../../coordinator/planner/goal/find-template.ts'
import { Template } from '../../../../protocol/template.ts'
import { englishEmbedder } from '../../../../registry/retrieve/english-embedder.ts'

const templates = knownTemplates()
const find = (goal: string) => findTemplate(goal, templates, englishEmbedder)

describe('the template of a goal', () => {
  it.each([
    ['Register our newborn daughter', 'one-stop-birth'],
    ['We had a baby last week, please do the birth registration', 'one-stop-birth'],
    ['A hurricane is coming: warn people and get the hospitals evacuated', 'emergency-response'],
    ['Move patients to other regions after the landfall', 'cross-region-emergency'],
    ['Open a letter of credit for 40 beach chairs', 'letter-of-credit'],
    ['Check the shipping documents of a credit', 'document-examination'],
    ['给新生儿办理出生登记', 'one-stop-birth'],
    ['台风来了，启动应急响应', 'emergency-response'],
    ['飓风登陆后把病人转运到其他区域', 'cross-region-emergency'],
    ['请银行开立一张信用证', 'letter-of-credit'],
  ])('is found: %s', async (goal, name) => {
    expect((await find(goal)).known.template.name).toBe(name)
  })

  it.each([
    ['Write a poem about the sea', /^no template is for this goal; the nearest: /],
    ['Register a new company', /the nearest: one-stop-birth@1\.1\.0 \("Register a newborn": words in common 0\.40/],
    ['Pay my electricity bill', /the nearest: letter-of-credit@1\.0\.0/],
    ['帮我订一张去北京的火车票', /there are: .*one-stop-birth/],
    ['注册一家公司', /there are: /],
    ['!?', /^no template is for this goal; /],
  ])('is not made up: %s', async (goal, why) => {
    await expect(find(goal)).rejects.toMatchObject({ code: 'GOAL_UNMATCHED', message: expect.stringMatching(why) })
  })

  it('is not guessed where two are as near', async () => {
    const twins = ['harbour-a', 'harbour-b'].map(name => {
      const value = { name, version: '1.0.0', title: 'Warn the harbour', subtasks: [{ id: 'warn', skill: 'warn@1' }] }
      return { value, template: Template.parse(value) }
    })
    await expect(findTemplate('Warn the harbour', twins, null)).rejects.toMatchObject({
      code: 'GOAL_UNMATCHED',
      message: expect.stringMatching(/either of two templates: harbour-a@1\.0\.0 .*harbour-b@1\.0\.0/),
    })
  })
})

describe('the parameters of a goal', () => {
  const template = (name: string) => templates.find(known => known.template.name === name)!.template
  const given = async (goal: string, name: string) =>
    Object.fromEntries((await findParameters(goal, template(name), null)).map(each => [each.name, each.value]))

  it.each([
    ['within a radius of 200 km, with a spare share of 30%', { radiusKm: 200, spareShare: 0.3 }],
    ['疏散半径200公里，空闲床位比例 25%', { radiusKm: 200, spareShare: 0.25 }],
    ['spareShare=0.4 and radiusKm: 80', { spareShare: 0.4, radiusKm: 80 }],
    ['for the 3 of us', {}],
    // What the schema does not allow is left out: the default stands.
    ['a spare share of 300 percent', {}],
  ])('are those that are spoken of: %s', async (goal, expected) => {
    expect(await given(goal, 'cross-region-emergency')).toEqual(expected)
  })

  it('are whole where they must be', async () => {
    expect(await given('vehicleBeds=8.5', 'mutual-aid')).toEqual({})
    expect(await given('每辆车的床位 12', 'mutual-aid')).toEqual({ vehicleBeds: 12 })
  })
})
