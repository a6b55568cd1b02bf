import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ModelServer {
  readonly baseUrl: string
  /** The bodies of the requests so far. */
  readonly asked: ChatRequest[]
  stop(): Promise<void>
}

export interface ChatRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly name: string } }
  readonly max_completion_tokens?: number
  readonly max_tokens?: number
  readonly temperature?: number
  readonly stream?: boolean
}

/** A message, with why it ended and what it is said to have cost. */
export interface Completion {
  readonly content: string
  readonly finish?: 'stop' | 'length'
  readonly tokens?: { readonly input: number; readonly output: number }
}

/** What a model answers: the content of its message, or a status that is an error; null never answers. */
export type Answer = (request: ChatRequest) => string | Completion | number | null

/** A server that speaks the chat completions of OpenAI's protocol on a free port, as a vendor's would. */
export async function startModelServer(answer: Answer): Promise<ModelServer> {
  const asked: ChatRequest[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as ChatRequest
    asked.push(body)
    const answered = answer(body)
    if (answered === null) return
    if (typeof answered === 'number') {
      response.setHeader('content-type', 'application/json')
      response.statusCode = answered
      response.end(JSON.stringify({ error: { message: 'the model is out of order', type: 'server_error' } }))
      return
    }
    const completion: Completion = typeof answered === 'string' ? { content: answered } : answered
    const { content, finish = 'stop', tokens = { input: 1, output: 1 } } = completion
    const usage = {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
    }
    const head = { id: `chatcmpl-${asked.length}`, created: 0, model: body.model }
    const end = { index: 0, finish_reason: finish, logprobs: null }
    if (body.stream) {
      const chunk = { ...head, object: 'chat.completion.chunk' }
      const delta = { role: 'assistant', content }
      const parts = [
        { ...chunk, choices: [{ index: 0, delta, finish_reason: null }] },
        { ...chunk, choices: [{ ...end, delta: {} }] },
        { ...chunk, choices: [], usage },
      ]
      response.setHeader('content-type', 'text/event-stream')
      response.end([...parts.map(part => JSON.stringify(part)), '[DONE]'].map(data => `data: ${data}\n\n`).join(''))
      return
    }
    const message = { role: 'assistant', content, refusal: null }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...head, object: 'chat.completion', choices: [{ ...end, message }], usage }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
