import { AIMessage } from '@langchain/core/messages'
import { fakeModel } from '@langchain/core/testing'
import { createAgent, providerStrategy, tool, toolStrategy } from 'langchain'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { skillFromAgent } from '../../../agents/langchain/skill-from-agent.ts'
import { runOnce } from './run-once.ts'

const Road = z.object({ open: z.boolean(), lanes: z.int() })
const card = {
  name: 'road-state',
  version: '1.0.0',
  description: 'Tells whether a road is open.',
  input: z.object({ road: z.string() }),
  output: Road,
  price: 1n,
}
const good = new AIMessage(JSON.stringify({ open: true, lanes: 2 }))

const sensor = tool(({ road }) => `${road}: 40 vehicles a minute`, {
  name: 'traffic-sensor',
  description: 'Counts vehicles on a road.',
  schema: z.object({ road: z.string() }),
})

describe('an agent of LangChain as a skill', () => {
  it('is given the input as JSON, uses its tools, and its structured response is the output', async () => {
    const model = fakeModel()
      .respondWithTools([{ name: 'traffic-sensor', args: { road: 'I-10' } }])
      .respond(good)
    const load = async () => createAgent({ model, tools: [sensor], responseFormat: providerStrategy(Road) })
    const { outcome, told } = await runOnce(skillFromAgent({ ...card, load }), { road: 'I-10' })
    expect(outcome).toMatchObject({ kind: 'done', output: { open: true, lanes: 2 } })
    expect(model.calls[0]!.messages.at(-1)!.text).toBe('{"road":"I-10"}')
    expect(model.calls[1]!.messages.at(-1)!.text).toBe('I-10: 40 vehicles a minute')
    await vi.waitFor(() => expect(told).toEqual(['asks a model', 'uses traffic-sensor', 'asks a model']))
  })

  it('is asked in the words of its author', async () => {
    const model = fakeModel().respond(good)
    const load = async () => createAgent({ model, tools: [], responseFormat: providerStrategy(Road) })
    await runOnce(skillFromAgent({ ...card, load, toMessage: ({ road }) => `Is ${road} open?` }), { road: 'I-10' })
    expect(model.calls[0]!.messages.at(-1)!.text).toBe('Is I-10 open?')
  })

  it('fails for good when its answer does not have the form', async () => {
    const model = fakeModel().respond(new AIMessage('{"open":"maybe"}'))
    const load = async () => createAgent({ model, tools: [], responseFormat: providerStrategy(Road) })
    const { outcome } = await runOnce(skillFromAgent({ ...card, load }), { road: 'I-10' })
    expect(outcome).toMatchObject({ kind: 'failed', retry: false, reason: expect.stringMatching(/schema/) })
  })

  it('may answer by a tool call, and is told by LangChain when that is malformed', async () => {
    const call = (args: Record<string, unknown>) => ({ name: 'road', args })
    const model = fakeModel()
      .respondWithTools([call({ open: 'maybe' })])
      .respondWithTools([call({ open: false, lanes: 0 })])
    const responseFormat = toolStrategy(Road.meta({ title: 'road' }))
    const load = async () => createAgent({ model, tools: [], responseFormat })
    const { outcome } = await runOnce(skillFromAgent({ ...card, load }), { road: 'I-10' })
    expect(outcome).toMatchObject({ kind: 'done', output: { open: false, lanes: 0 } })
  })
})
