import { validate } from '@scalar/openapi-parser'
import { expect, test } from 'vitest'
import { listErrors } from '../../protocol/errors.ts'
import { withApi } from './with-api.ts'

const api = withApi()

type Answer = { content?: Record<string, { schema: object }> }
type Document = {
  openapi: string
  paths: Record<string, Record<string, { summary?: string; responses: Record<string, Answer> }>>
  components: { schemas: Record<string, unknown> }
}

test('the description is a valid OpenAPI document', async () => {
  const document = (await (await api.request('/openapi.json')).json()) as Document & Record<string, unknown>
  expect(document.openapi).toBe('3.1.0')
  const { valid, errors } = await validate(document)
  expect(errors ?? []).toEqual([])
  expect(valid).toBe(true)
})

test('it names every route, with a summary, its success and its problems', async () => {
  const { paths } = (await (await api.request('/openapi.json')).json()) as Document
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  expect(routes.sort()).toEqual([
    'DELETE /v1/dead/{sequence}',
    'GET /healthz',
    'GET /metrics',
    'GET /v1/agents',
    'GET /v1/agents/{agentId}',
    'GET /v1/alerts',
    'GET /v1/chain/events/live',
    'GET /v1/chain/messages',
    'GET /v1/chain/messages/{messageId}',
    'GET /v1/config',
    'GET /v1/config/history',
    'GET /v1/contracts',
    'GET /v1/dead',
    'GET /v1/domains',
    'GET /v1/errors',
    'GET /v1/evidence/checkpoints',
    'GET /v1/evidence/leaves',
    'GET /v1/explorer/addresses/{address}',
    'GET /v1/explorer/blocks',
    'GET /v1/explorer/blocks/{block}',
    'GET /v1/explorer/bonds',
    'GET /v1/explorer/money',
    'GET /v1/explorer/movements',
    'GET /v1/explorer/search',
    'GET /v1/explorer/transactions/{txHash}',
    'GET /v1/figures',
    'GET /v1/freezes',
    'GET /v1/tasks',
    'GET /v1/tasks/{taskId}',
    'GET /v1/tasks/{taskId}/bundle',
    'GET /v1/tasks/{taskId}/events',
    'POST /v1/config/proposals',
    'POST /v1/contracts/{name}/proposals',
    'POST /v1/dead/{sequence}/retry',
    'POST /v1/tasks',
    'POST /v1/tasks/{taskId}/approvals/{subtaskId}',
    'POST /v1/tasks/{taskId}/cancel',
    'POST /v1/tasks/{taskId}/pause',
    'POST /v1/tasks/{taskId}/questions/{subtaskId}',
    'POST /v1/tasks/{taskId}/resume',
    'POST /v1/tasks/{taskId}/signals/{signal}',
  ])
  for (const methods of Object.values(paths)) {
    for (const { summary, responses } of Object.values(methods)) {
      expect(summary).toBeTruthy()
      expect(Object.keys(responses).length).toBeGreaterThan(1)
    }
  }
})

test('it describes problems as they come, with every code that there is', async () => {
  const { paths, components } = (await (await api.request('/openapi.json')).json()) as Document
  const answers = Object.values(paths).flatMap(methods => Object.values(methods).map(({ responses }) => responses))
  const contents = answers.flatMap(({ default: problem }) => (problem ? [problem.content] : []))
  expect(contents.length).toBeGreaterThan(30)
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  for (const each of contents) expect(each).toEqual(content)
  const codes = listErrors().map(({ code }) => code)
  expect(components.schemas.Problem).toHaveProperty('properties.code.enum', codes)
})

test('schemas are named, and every reference leads somewhere', async () => {
  const text = await (await api.request('/openapi.json')).text()
  const { components } = JSON.parse(text) as Document
  for (const name of ['Task', 'Subtask', 'Agent', 'Leaf', 'ChainMessage', 'Problem', 'SubmitTaskInput', 'Json']) {
    expect(components.schemas).toHaveProperty(name)
  }
  const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(match => match[1]!)
  expect(references.length).toBeGreaterThan(20)
  for (const reference of references) {
    expect(components.schemas).toHaveProperty([reference.replace('#/components/schemas/', '')])
  }
})

test('the page comes from here whole, and the browser may fetch nothing from elsewhere', async () => {
  const page = await api.request('/docs/')
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'/)
  // Keys are typed into it.
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  const html = await page.text()
  const sources = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(match => match[1]!)
  expect(sources.length).toBeGreaterThan(0)
  for (const source of sources) {
    expect(source).not.toMatch(/^(https?:)?\/\//)
    expect((await api.request(`/docs/${source}`)).status).toBe(200)
  }
})
