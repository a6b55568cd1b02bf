import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { embedderOf } from '../../../registry/retrieve/embedder-of.ts'
import { createRetriever } from '../../../registry/retrieve/retriever.ts'
import { readConfig } from '../../../stack/config.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve()))
  server = undefined
})

/** A vendor's endpoint: tells trains from weather, in two languages. */
async function startEndpoint(vectorOf: (text: string) => number[] | null) {
  const asked: unknown[] = []
  server = createServer(async (request, response) => {
    const body = (await json(request)) as { input: string[]; model: string }
    asked.push({ path: request.url, model: body.model, key: request.headers.authorization })
    const vectors = body.input.map(vectorOf)
    response.statusCode = vectors.includes(null) ? 400 : 200
    response.setHeader('content-type', 'application/json')
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }))
    response.end(
      JSON.stringify(response.statusCode === 200 ? { object: 'list', data, model: body.model, usage: {} } : {}),
    )
  })
  await new Promise<void>(resolve => server!.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const config = readConfig({ EMBEDDING_MODEL: 'any', EMBEDDING_BASE_URL: baseUrl, EMBEDDING_API_KEY: 'secret' })
  return { asked, embedder: embedderOf(config) }
}

const skills = ['train', 'weather'].map(name => ({
  id: name,
  name,
  description: '',
  provider: { name: '', description: '' },
}))

it('a configured model reads every language', async () => {
  const { asked, embedder } = await startEndpoint(text => (/train|高铁/.test(text) ? [1, 0.1] : [0.1, 1]))
  const retriever = await createRetriever(skills, embedder)
  const [first] = await retriever.retrieve('坐高铁去', 1)
  expect(first).toMatchObject({ id: 'train', parts: { bm25: { score: 0 }, embedding: { rank: 1 } } })
  expect(asked[0]).toEqual({ path: '/v1/embeddings', model: 'any', key: 'Bearer secret' })
})

it.each([
  ['refuses', () => null],
  ['gives nothing', () => []],
  ['gives vectors of several lengths', (text: string) => Array.from(text, () => 1)],
])('an endpoint that %s is said to', async (_, vectorOf) => {
  const { embedder } = await startEndpoint(vectorOf)
  await expect(createRetriever(skills, embedder)).rejects.toMatchObject({ code: 'EMBEDDING_FAILED' })
})

it('without a configured model it is the English one', () => {
  expect(embedderOf(readConfig({})).name).toBe('universal-sentence-encoder-lite')
})
