import type { ChatOpenAIFields } from '@langchain/openai'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { skillFromRunnable } from '../../../agents/langchain/skill-from-runnable.ts'
import type { Skill } from '../../../agents/sdk/define.ts'
import { type Answer, type ModelServer, startModelServer } from '../../harness/model-server.ts'
import { runOnce } from './run-once.ts'

const Triage = z.object({ urgency: z.enum(['now', 'today', 'later']), why: z.string() })
const good = { urgency: 'now', why: 'the generator fails in an hour' }

let server: ModelServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** A department's skill, of a chat model on a server that answers so. */
async function triage(answer: Answer, more: ChatOpenAIFields = {}): Promise<Skill> {
  server = await startModelServer(answer)
  const { baseUrl } = server
  return skillFromRunnable({
    name: 'triage',
    version: '1.0.0',
    description: 'Judges how soon a call for help must be answered.',
    input: z.object({ call: z.string() }),
    output: Triage,
    price: 1n,
    toInput: ({ call }) => `How soon must this be answered? ${call}`,
    async load() {
      const { ChatOpenAI } = await import('@langchain/openai')
      const configuration = { baseURL: baseUrl, ...more.configuration }
      const options = { model: 'triage-1', apiKey: 'secret', maxRetries: 0, timeout: 1_000, ...more, configuration }
      return new ChatOpenAI(options).withStructuredOutput(Triage, { name: 'triage', method: 'jsonSchema' })
    },
  })
}

const input = { call: 'A hospital has lost its mains.' }

describe('a runnable of LangChain as a skill', () => {
  it('is given what the author makes of the input, and its answer is the output', async () => {
    const skill = await triage(() => JSON.stringify(good))
    const { outcome, told } = await runOnce(skill, input)
    expect(outcome).toMatchObject({ kind: 'done', output: good })
    expect(server!.asked).toHaveLength(1)
    expect(server!.asked[0]).toMatchObject({
      model: 'triage-1',
      messages: [{ role: 'user', content: 'How soon must this be answered? A hospital has lost its mains.' }],
      response_format: { type: 'json_schema' },
    })
    await vi.waitFor(() => expect(told).toEqual(['asks triage-1']))
  })

  it.each<[string, string, RegExp]>([
    ['of another shape', JSON.stringify({ urgency: 'whenever', why: 7 }), /^an answer is not of .*urgency: .*; why: /],
    ['that is no JSON', 'I would rather not say: J. Doe bleeds.', /^the model did not answer in JSON$/],
  ])('fails for good by an answer %s, and does not repeat it', async (_, answer, reason) => {
    const { outcome } = await runOnce(await triage(() => answer), input)
    expect(outcome).toEqual({ kind: 'failed', retry: false, reason: expect.stringMatching(reason) })
    expect(outcome).not.toMatchObject({ reason: expect.stringContaining('Doe') })
  })

  it('asks for another try when the model has too much to do, and that one may succeed', async () => {
    const skill = await triage(() => (server!.asked.length === 1 ? 429 : JSON.stringify(good)))
    const first = await runOnce(skill, input, { attempt: 1 })
    expect(first.outcome).toEqual({ kind: 'failed', retry: true, reason: '429 the model is out of order' })
    const second = await runOnce(skill, input, { attempt: 2 })
    expect(second.outcome).toMatchObject({ kind: 'done', output: good })
  })

  it.each([
    [408, true],
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [404, false],
  ])('takes the status %i for a failure that another try may mend: %s', async (status, retry) => {
    const { outcome } = await runOnce(await triage(() => status), input)
    expect(outcome).toEqual({ kind: 'failed', retry, reason: `${status} the model is out of order` })
  })

  it('asks for another try when the model does not answer in time', async () => {
    const { outcome } = await runOnce(await triage(() => null, { timeout: 200 }), input)
    expect(outcome).toEqual({ kind: 'failed', retry: true, reason: 'Request timed out.' })
  })

  it('asks for another try when nobody is at the address of the model', async () => {
    const skill = await triage(() => null)
    await server!.stop()
    const { outcome } = await runOnce(skill, input)
    expect(outcome).toEqual({ kind: 'failed', retry: true, reason: 'Connection error.' })
  })

  it('hangs up on the model when the assignment is cancelled', async () => {
    const cancelled = new AbortController()
    let requested: AbortSignal | null | undefined
    const watching: typeof fetch = (url, init) => {
      requested = init?.signal
      return fetch(url, init)
    }
    const skill = await triage(
      () => {
        cancelled.abort(new Error('the task was cancelled'))
        return null
      },
      { timeout: 30_000, configuration: { fetch: watching } },
    )
    const { outcome } = await runOnce(skill, input, { signal: cancelled.signal })
    expect(outcome).toEqual({ kind: 'dropped' })
    await vi.waitFor(() => expect(requested?.aborted).toBe(true))
  })
})
