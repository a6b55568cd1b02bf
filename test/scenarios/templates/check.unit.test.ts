import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readOffers } from '../../../cli/template/read-skills.ts'
import { checkTemplate, libraryOf } from '../../../coordinator/planner/check-template.ts'
import { describeFault, readTemplateText } from '../../../coordinator/planner/template-file.ts'
import { processes } from '../../../scenarios/templates/casts.ts'
import { cardsFile, cardsText } from '../../../scenarios/templates/generate-skills.ts'
import { loadTemplate } from '../../../scenarios/templates/load-template.ts'

describe.each(processes)('%s', process => {
  it('has the cards of its agents beside it (node_modules/.bin/node scenarios/templates/generate-skills.ts)', async () => {
    expect(readFileSync(cardsFile(process), 'utf8')).toBe(await cardsText(process))
  })

  const { template, used } = loadTemplate(process)
  const text = JSON.stringify(template, null, 2)
  const library = libraryOf(used.map((each, index) => readTemplateText(`${index}.json`, JSON.stringify(each))))
  const { offerOf } = readOffers(fileURLToPath(cardsFile(process)))
  const said = (changed: string) => {
    const file = readTemplateText('template.json', changed)
    return checkTemplate(file, { library, offerOf, budget: 60_000_000n, availableMs: 600_000 }).map(fault =>
      describeFault(file, fault),
    )
  }

  it('has a template without a fault', () => {
    expect(said(text)).toEqual([])
  })

  it('has schemas that fit: any output read by another name, or any skill of another, is found', () => {
    const reads = [...text.matchAll(/"input": "\{[^"]*?outputs\.[a-z]+\.([a-zA-Z]+)/g)]
    for (const { index, 0: all, 1: field } of reads) {
      const at = index + all.length - field!.length
      expect(said(`${text.slice(0, at)}x${text.slice(at)}`).length, `${all}: x${field}`).toBeGreaterThanOrEqual(
        // What a wait or a template within gives has no schema.
        /corridors|documents|outputs\.aid/.test(all) ? 0 : 1,
      )
    }
    for (const { 0: all } of text.matchAll(/"skill": "[a-z]/g)) {
      expect(said(text.replace(all, `${all}x`))).not.toEqual([])
    }
  })
})
