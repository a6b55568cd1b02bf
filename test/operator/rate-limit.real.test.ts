import { expect, test } from 'vitest'
import { withApi } from './with-api.ts'

const api = withApi({ requestsPerMinute: 5 })

async function spend(path: string, options: Parameters<typeof api.request>[1]): Promise<number[]> {
  const statuses: number[] = []
  for (let count = 0; count < 7; count++) statuses.push((await api.request(path, options)).status)
  return statuses
}

test('a key gets so many requests a minute, then is told when to come again; other keys are not touched', async () => {
  expect(await spend('/v1/domains', { as: 'viewer' })).toEqual([200, 200, 200, 200, 200, 429, 429])
  const refused = await api.request('/v1/agents', { as: 'viewer' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED', retry: true })
  expect((await api.request('/v1/domains', { as: 'auditor' })).status).toBe(200)
})

test('whoever guesses keys or paths is counted by address', async () => {
  const guess = (index: number) => api.request('/v1/domains', { key: `ent_operator_${index}` })
  const statuses = []
  for (let index = 0; index < 5; index++) statuses.push((await guess(index)).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401])
  expect((await guess(6)).status).toBe(429)
  expect((await api.request('/v1/guess')).status).toBe(429)
})

test('health is asked as often as one likes', async () => {
  expect(await spend('/healthz', {})).toEqual(Array(7).fill(200))
})
