import { expect, it } from 'vitest'
import { z } from 'zod'
import { cardOf } from '../../../agents/sdk/card.ts'
import { agent, skill } from '../../../agents/sdk/define.ts'
import { cardUri } from '../../../protocol/agent-card.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { emptyDirectory, foldCard, foldDirectory } from '../../../registry/directory.ts'
import { createRetriever } from '../../../registry/retrieve/retriever.ts'
import { soughtIn } from '../../../registry/retrieve/sought-in.ts'
import { addressNumber, chainFacts } from '../chain-facts.ts'

const offered = (name: string, description: string) =>
  skill({ name, version: '1.2.0', description, input: z.unknown(), output: z.unknown(), price: 1n, run: () => 1 })

it('finds skills on offer by what they are said to do, and none of an agent that is not active', async () => {
  const owner = addressNumber(1)
  const facts = chainFacts()
  const directory = emptyDirectory()
  const tide = offered('predict-tide', 'Water levels of a harbour.')
  const cards = [
    cardOf(
      agent({
        name: 'harbour',
        description: 'Harbour office',
        skills: [tide, offered('open-lock', 'Lets a ship in.')],
      }),
    ),
    cardOf(agent({ name: 'elsewhere', description: '', skills: [tide] })),
  ]
  const events = cards.flatMap((card, id) => {
    foldCard(directory, card)
    return facts.registered(String(id), owner, cardUri(contentHash(card)))
  })
  const admitted = [facts.admitted('harbour', owner), ...events, facts.enrolled('harbour', '0')]
  for (const event of admitted) foldDirectory(directory, event)

  const retriever = await createRetriever(soughtIn(directory), null)
  const found = async (query: string) => (await retriever.retrieve(query, 5)).map(({ id }) => id)
  expect(await found('levels of water')).toEqual(['0/predict-tide@1.2.0'])
  expect(await found('a ship')).toEqual(['0/open-lock@1.2.0', '0/predict-tide@1.2.0'])
  foldDirectory(directory, facts.enrolled('harbour', '1'))
  expect(soughtIn(directory).map(({ id }) => id)).toContain('1/predict-tide@1.2.0')
})
