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
  readonly response_format?: { readonly type: string }
}

/** What a model answers: the content of its message, or a status that is an error; null never answers. */
export type Answer = (request: ChatRequest) => string | number | null

/** A server that speaks the chat completions of OpenAI's protocol on a free port, as a vendor's would. */
export async function startModelServer(answer: Answer): Promise<ModelServer> {
  const asked: ChatRequest[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as ChatRequest
    asked.push(body)
    const content = answer(body)
    if (content === null) return
    response.setHeader('content-type', 'application/json')
    if (typeof content === 'number') {
      response.statusCode = content
      response.end(JSON.stringify({ error: { message: 'the model is out of order', type: 'server_error' } }))
      return
    }
    const message = { role: 'assistant', content, refusal: null }
    response.end(
      JSON.stringify({
        id: `chatcmpl-${asked.length}`,
        object: 'chat.completion',
        created: 0,
        model: body.model,
        choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    )
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
