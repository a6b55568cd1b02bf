import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { englishEmbedder } from '../../../registry/retrieve/english-embedder.ts'
import { choiceFrom, type Explanation } from '../../../registry/retrieve/explanation.ts'
import { createRetriever, type Retriever } from '../../../registry/retrieve/retriever.ts'
import type { Sought } from '../../../registry/retrieve/sought.ts'

const skill = (
  id: string,
  name: string,
  description: string,
  provider: readonly [string, string] = ['tools', ''],
): Sought => ({
  id,
  name,
  description,
  provider: { name: provider[0], description: provider[1] },
})
const skills = [
  skill('a', 'get_forecast', 'Rain, wind and temperature of the next days. Needs a city.'),
  skill('b', 'bookTrainTicket', 'Reserves a seat on a railway.'),
  skill('c', 'transcribe-audio', 'Writes down what is said in a recording.'),
  skill('d', 'query-tickets', '查询火车票和余票。', ['12306', '火车票']),
  skill('e', 'get_almanac', '查询黄历、八字和农历日期。'),
  skill('f', 'read_file', 'Read a file.'),
  skill('g', 'read_file', 'Read a file.'),
]
const idsOf = (ranked: readonly { id: string }[]) => ranked.map(({ id }) => id)

describe('with the English model', () => {
  let retriever: Retriever
  beforeAll(async () => {
    retriever = await createRetriever(skills, englishEmbedder)
  })

  it('finds by words, by meaning where no word is shared, and by Chinese words', async () => {
    expect(idsOf(await retriever.retrieve('book a ticket', 1))).toEqual(['b'])
    const [byMeaning] = await retriever.retrieve('weather tomorrow', 1)
    expect(byMeaning).toMatchObject({ id: 'a', parts: { bm25: { score: 0 }, embedding: { rank: 1 } } })
    expect(idsOf(await retriever.retrieve('今天黄历', 1))).toEqual(['e'])
  })

  it('lets the model say nothing of a query that it does not read, and no ill of such a skill', async () => {
    const [chinese] = await retriever.retrieve('火车票', 1)
    expect(chinese).toMatchObject({ id: 'd', score: 1, parts: { embedding: null } })
    const explanation = retriever.explain(await retriever.read('almanac'), 3)
    expect(explanation.candidates.find(({ id }) => id === 'e')).toMatchObject({ read: 'name' })
    expect(choiceFrom(explanation)[0]).toMatchObject({ id: 'e', score: 1 })
  })

  it('decides ties by id, whatever the order of the skills', async () => {
    const back = await createRetriever(skills.toReversed(), englishEmbedder)
    for (const query of ['read a file', 'get it', '查询']) {
      expect(await back.retrieve(query, 4)).toEqual(await retriever.retrieve(query, 4))
    }
    expect(idsOf(await retriever.retrieve('read a file', 2))).toEqual(['f', 'g'])
  })

  it('gives fewer where nothing else has anything in common, and takes what is blank', async () => {
    expect(await retriever.retrieve('黄历', 5)).toHaveLength(1)
    expect(await retriever.retrieve(' ', 5)).toEqual([])
    expect(await (await createRetriever([], englishEmbedder)).retrieve('x', 5)).toEqual([])
  })

  it('gives a text the same vector whatever is embedded beside it', async () => {
    const long = 'a text that goes on for longer than the other one does'
    const [[alone], [beside]] = [await englishEmbedder.embed(['short']), await englishEmbedder.embed(['short', long])]
    expect(beside).toEqual(alone)
  })
})

describe('an explanation', () => {
  const word = fc.constantFrom('read', 'file', 'train', 'ticket', 'rain', 'get', 'sound', '火车票', '天气')
  const words = fc.array(word, { minLength: 1, maxLength: 4 }).map(list => list.join(' '))

  it('is enough to make the very same choice again, from its JSON', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(words, words, words), { minLength: 1, maxLength: 12 }),
        words,
        fc.integer({ min: 1, max: 6 }),
        async (texts, query, k) => {
          const some = texts.map(([name, description, provider], i) =>
            skill(`s${i}`, name, description, [provider, '']),
          )
          const retriever = await createRetriever(some, englishEmbedder)
          const explanation = retriever.explain(await retriever.read(query), k)
          const again = choiceFrom(JSON.parse(JSON.stringify(explanation)) as Explanation)
          const chosen = await retriever.retrieve(query, k)
          expect(again).toEqual(chosen.map(({ id, score }) => ({ id, score })))
          expect(again.length).toBeLessThanOrEqual(k)
        },
      ),
      { numRuns: 10 },
    )
  })

  it('changes the choice when a number in it changes', async () => {
    const retriever = await createRetriever(skills, null)
    const explanation = retriever.explain(await retriever.read('read a file'), 1)
    const candidates = explanation.candidates.map(each => (each.id === 'f' ? { ...each, bm25: each.bm25 / 2 } : each))
    expect(idsOf(choiceFrom(explanation))).toEqual(['f'])
    expect(idsOf(choiceFrom({ ...explanation, candidates }))).toEqual(['g'])
  })
})

it('without a model, words alone judge', async () => {
  const [first, ...others] = await (await createRetriever(skills, null)).retrieve('railway seat', 3)
  expect(first).toMatchObject({ id: 'b', score: 1, parts: { embedding: null } })
  expect(others).toEqual([])
})
