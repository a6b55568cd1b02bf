import { createConnection } from 'node:net'
import { expect, test } from 'vitest'
import { roles as allRoles } from '../../operator/roles.ts'
import { listErrors } from '../../protocol/errors.ts'
import { sha256 } from '../../protocol/hash.ts'
import { withApi } from './with-api.ts'

const api = withApi({ bodyBytes: 10_000 })
const taskId = sha256('task')
/** What a regulator may read, the supervision policy says, see `regulator.real.test.ts`. */
const roles = allRoles.filter(role => role !== 'regulator')

/** Every route under a key, with the roles that may call it. */
const routes = [
  ['GET', '/v1/tasks', roles],
  ['GET', `/v1/tasks/${taskId}`, roles],
  ['GET', `/v1/tasks/${taskId}/events`, roles],
  ['GET', '/v1/agents', roles],
  ['GET', '/v1/agents/0', roles],
  ['GET', '/v1/domains', roles],
  ['GET', '/v1/evidence/leaves', roles],
  ['GET', '/v1/evidence/checkpoints', roles],
  ['GET', '/v1/chain/messages', roles],
  ['GET', `/v1/chain/messages/${taskId}`, roles],
  ['GET', '/metrics', roles],
  ['GET', `/v1/tasks/${taskId}/bundle`, ['requester', 'operator', 'auditor']],
  ['POST', '/v1/tasks', ['requester', 'operator']],
  ['POST', `/v1/tasks/${taskId}/cancel`, ['requester', 'operator']],
  ['POST', `/v1/tasks/${taskId}/approvals/notice`, ['operator']],
  ['POST', `/v1/tasks/${taskId}/questions/notice`, ['requester', 'operator']],
] as const

test.each(routes)('%s %s is for its roles only', async (method, path, allowed) => {
  // An empty body is refused after the role is judged, so no call gets further than it must here.
  const body = method === 'POST' ? { body: {} } : {}
  for (const role of roles) {
    const response = await api.request(path, { method, as: role, ...body })
    const refused = response.status === 403 || response.status === 401
    expect([role, refused]).toEqual([role, !(allowed as readonly string[]).includes(role)])
    await response.body?.cancel()
  }
  for (const key of [undefined, 'ent_operator_guessed', 'x'.repeat(500)]) {
    const problem = await api.problem(path, { method, ...(key === undefined ? {} : { key }), ...body })
    expect(problem).toMatchObject({ status: 401, code: 'API_KEY_UNKNOWN' })
  }
})

test('a problem says what, why and what to do', async () => {
  const response = await api.request('/v1/tasks', { body: {}, as: 'viewer' })
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  expect(await response.json()).toEqual({
    type: 'urn:entente:error:UNAUTHORIZED',
    title: 'Unauthorized',
    status: 403,
    detail: "this is for the roles requester, operator; the key's role is viewer",
    code: 'UNAUTHORIZED',
    remedy: 'Send a key whose role allows this.',
    retry: false,
    // Told apart from every other request, whichever process it came to.
    instance: expect.stringMatching(/^urn:entente:request:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  })
})

test('a wrong body names every field that is wrong, and what each takes', async () => {
  const body = { order: { budget: 'much', requester: '0x1' }, signature: '0x', spec: {} }
  const problem = await api.problem('/v1/tasks', { body, as: 'requester' })
  expect(problem).toMatchObject({ status: 400, code: 'COMMAND_INVALID' })
  const fields = (problem.errors as { field: string; message: string }[]).map(({ field }) => field)
  expect(fields).toEqual(expect.arrayContaining(['body/order/budget', 'body/order/requester', 'body/spec/goal']))
  expect(problem.detail).toContain('body/order/budget: an amount: a decimal number')
})

test.each([
  ['/v1/tasks?limit=0', 'querystring/limit'],
  ['/v1/tasks?state=dancing', 'querystring/state'],
  ['/v1/tasks?before=yesterday', 'querystring/before'],
  ['/v1/tasks/katrina', 'params/taskId'],
  ['/v1/agents/-1', 'params/agentId'],
  // Left out in silence, these would answer with more than was asked for.
  ['/v1/tasks?stat=failed', 'querystring'],
  ['/v1/agents?domainId=health', 'querystring'],
  ['/v1/domains?status=suspended', 'querystring'],
  // An empty text is no zero, and a whole number has digits alone.
  ['/v1/evidence/leaves?after=', 'querystring/after'],
  ['/v1/chain/messages?since=', 'querystring/since'],
  ['/v1/tasks?limit=0x10', 'querystring/limit'],
  ['/v1/explorer/blocks/%20', 'params/block'],
  ['/v1/chain/messages?since=2&until=1', 'querystring/until'],
  // PostgreSQL takes no text with a zero byte.
  ['/v1/chain/messages?tenant=%00', 'querystring/tenant'],
  ['/v1/chain/messages?businessId=a%00', 'querystring/businessId'],
])('%s names %s', async (path, field) => {
  const problem = await api.problem(path, { as: 'viewer' })
  expect(problem).toMatchObject({ status: 400, code: 'COMMAND_INVALID', errors: [{ field }] })
})

test.each([
  ['no JSON', { body: '{"order":' }, 400, 'COMMAND_INVALID'],
  ['nothing', { method: 'POST', headers: { 'content-type': 'application/json' } }, 400, 'COMMAND_INVALID'],
  [
    'a form',
    { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    'MEDIA_TYPE_UNSUPPORTED',
  ],
  ['plain text', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['too much', { body: { spec: 'x'.repeat(20_000) } }, 413, 'PAYLOAD_TOO_LARGE'],
  ['a prototype', { body: '{"__proto__":{"role":"operator"}}' }, 400, 'COMMAND_INVALID'],
])('a body of %s', async (_what, request, status, code) => {
  expect(await api.problem('/v1/tasks', { as: 'requester', ...request })).toMatchObject({ status, code })
})

test('a field that takes one of several forms says which', async () => {
  const { detail } = await api.problem('/v1/explorer/money?address=Treasury', { as: 'viewer' })
  expect(detail).toBe('querystring/address: an address: 0x and 40 lower-case hexadecimal digits; or treasury')
})

test('a proposal is refused with a field that is none, which might have been its date', async () => {
  const from = `0x${'A1'.repeat(20)}`
  const set = { action: 'set', from, key: 'fee-bps', value: '300' }
  const misspelt = await api.problem('/v1/config/proposals', { as: 'operator', body: { ...set, effectiveAtMs: 1 } })
  expect(misspelt).toMatchObject({ status: 400, code: 'COMMAND_INVALID' })
  expect(misspelt.detail).toContain('effectiveAtMs')
  const freeze = { action: 'freeze', from, effectiveAt: 1 }
  const dated = await api.problem('/v1/contracts/Escrow/proposals', { as: 'operator', body: freeze })
  expect(dated).toMatchObject({ status: 400, code: 'COMMAND_INVALID' })
  // As it should be, it gets as far as to the node, of which there is none here.
  const whole = await api.problem('/v1/config/proposals', { as: 'operator', body: set })
  expect(whole).toMatchObject({ status: 503, code: 'CHAIN_UNREACHABLE' })
})

test('an unknown path, an unknown method, and a path that is none', async () => {
  expect(await api.problem('/v1/nothing', { as: 'viewer' })).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  const response = await api.request(`/v1/tasks/${taskId}`, { method: 'DELETE', as: 'operator' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
  expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  expect(await api.problem('/v1/tasks/%zz', { as: 'viewer' })).toMatchObject({ status: 400, code: 'COMMAND_INVALID' })
})

test('bytes that are not HTTP get a problem document too', async () => {
  const { hostname, port } = new URL(api.url)
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = createConnection(Number(port), hostname, () => socket.write('HELLO THERE\r\n\r\n'))
    let text = ''
    socket.on('data', data => {
      text += data
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toContain('HTTP/1.1 400')
  expect(answer).toContain('application/problem+json')
  expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ status: 400, code: 'COMMAND_INVALID' })
})

test('the catalogue of errors is open to all, and complete', async () => {
  const { items } = (await (await api.request('/v1/errors')).json()) as { items: { code: string }[] }
  expect(items.map(({ code }) => code)).toEqual(listErrors().map(({ code }) => code))
})

test('answers are not cached, nor read as something else', async () => {
  const { headers } = await api.request('/v1/domains', { as: 'viewer' })
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})
