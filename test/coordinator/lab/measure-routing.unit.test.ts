import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { measureRouting } from '../../../coordinator/lab/measure-routing.ts'
import { ownersOf, recallOf } from '../../../coordinator/lab/recall.ts'
import { parseQueries, parseTools } from '../../../coordinator/lab/tool-routing.ts'
import { englishEmbedder } from '../../../registry/retrieve/english-embedder.ts'
import { inTurns } from '../../../registry/retrieve/in-turns.ts'
import { createVectors } from '../../../registry/retrieve/vectors.ts'
import { keptEmbedder } from './kept-embedder.ts'

const read = (name: string) => readFileSync(new URL(`../../data/tool-routing/${name}`, import.meta.url), 'utf8')
const tools = parseTools('tools.json', read('tools.json'))
const queries = parseQueries('queries.json', read('queries.json'))

describe('real requests to 527 tools of 70 servers', () => {
  it('find what people found necessary, by steps, better than words alone, in either half', async () => {
    const figures = await measureRouting(tools, queries, keptEmbedder(), { order: 'mean', folds: 2 })
    for (const { perStep } of [figures, ...figures.folds!]) {
      expect(perStep.toolRecallAt5).toBeGreaterThan(0.7)
      expect(perStep.serverRecallAt5).toBeGreaterThan(0.85)
    }
    expect(figures.perStepFiveInAll.toolRecallAt5).toBeGreaterThan(0.6)
    expect(figures.perStepFiveInAll.serverRecallAt5).toBeGreaterThan(0.8)
    expect(figures.wholeQuestion.toolRecallAt5).toBeGreaterThan(0.33)
    expect(figures.counts).toEqual({ queries: 48, steps: 140, tools: 527, servers: 70, wantedToolsThatNoServerHas: 4 })
  })
})

it('the vectors that are kept are those of the model', async () => {
  const texts = queries.flatMap(({ steps }) => steps).slice(0, 8)
  const [kept, given] = [await keptEmbedder().embed(texts), await englishEmbedder.embed(texts)]
  // Not to the last digit: another processor may round otherwise.
  for (const [index, vector] of given.entries()) {
    const cosines = createVectors(kept).cosines(vector)
    expect(cosines[index]).toBeGreaterThan(0.999)
  }
})

describe('recall', () => {
  const tool = (server: string, tool: string) => ({
    server,
    tool,
    sought: { id: `${server}/${tool}`, name: tool, description: '', provider: { name: server, description: '' } },
  })
  const [search, otherSearch, open] = [tool('web', 'search'), tool('papers', 'search'), tool('web', 'open')]
  const owners = ownersOf([search, otherSearch, open])

  it.each([
    ['a tool of that name, whichever server it is of', ['search'], [otherSearch], 1, 1],
    ['a server by any of its tools', ['open'], [search], 0, 1],
    ['no server by one that has no such tool', ['open'], [otherSearch], 0, 0],
    ['a share of those that were wanted, each once', ['open', 'search', 'open'], [open], 0.5, 1],
    ['never what no server has', ['missing', 'open'], [open, search], 0.5, 0.5],
    ['nothing in nothing', ['open'], [], 0, 0],
  ])('counts %s', (_, wanted, found, toolRecallAt5, serverRecallAt5) => {
    expect(recallOf(wanted, found, owners)).toEqual({ toolRecallAt5, serverRecallAt5 })
  })

  it('takes five in all by turns', () => {
    expect(inTurns([['a', 'b', 'c'], ['a', 'd'], []], 3)).toEqual(['a', 'b', 'd'])
    expect(inTurns([], 3)).toEqual([])
  })
})

describe('files', () => {
  it('that are of another form are refused, with the place', () => {
    const refused = (code: string, message: string) =>
      expect.objectContaining({ code, message: expect.stringContaining(message) })
    expect(() => parseTools('t.json', '{')).toThrow(refused('LAB_DATA_INVALID', 't.json is not JSON'))
    expect(() => parseTools('t.json', '[]')).toThrow(refused('LAB_DATA_INVALID', 't.json is not of the form'))
    expect(() => parseTools('t.json', '[{"server":"a"}]')).toThrow(refused('LAB_DATA_INVALID', '0.tool'))
    expect(() => parseQueries('q.json', '[{"question":"a","steps":"b","tools":[]}]')).toThrow(
      refused('LAB_DATA_INVALID', '0.steps'),
    )
    expect(() => parseQueries('q.json', '[{"question":"a","steps":[],"tools":[]}]')).toThrow(
      refused('LAB_DATA_INVALID', 'no request names a tool'),
    )
  })

  it('may leave descriptions out, and list a tool twice', () => {
    const parsed = parseTools('t.json', '[{"server":"a","tool":"b"},{"server":"a","tool":"b","description":null}]')
    expect([...parsed.keys()]).toEqual(['a/b'])
  })
})
