import { jetstream } from '@nats-io/jetstream'
import { describe, expect, test } from 'vitest'
import type { DeadLetter } from '../../protocol/dead-letter.ts'
import { keepDeadLetter } from '../../stack/dead-letters.ts'
import { withApi } from './with-api.ts'

const api = withApi()
const letter: DeadLetter = {
  stream: 'RESULTS',
  streamSequence: 7,
  consumer: 'coordinator',
  subject: 'ent.result.0x1.one.3',
  payload: Buffer.from('what it was').toString('base64'),
  cause: 'nobody could',
  attempts: 8,
  atMs: 1_900_000_000_000,
}

describe('dead letters', () => {
  test('are listed, each once however often it is given up, and dropped by an operator', async () => {
    for (const _ of ['one coordinator', 'and another']) await keepDeadLetter(jetstream(api.nc), letter)
    const { items } = await api.get<{ items: object[] }>('/v1/dead', 'operator')
    expect(items).toEqual([{ ...letter, sequence: 1 }])
    expect((await api.request('/v1/dead/1', { method: 'DELETE', as: 'operator' })).status).toBe(200)
    expect(await api.get('/v1/dead', 'operator')).toEqual({ items: [] })
    const again = { method: 'DELETE', as: 'operator' as const }
    expect(await api.problem('/v1/dead/1', again)).toMatchObject({ code: 'DEAD_LETTER_UNKNOWN', status: 404 })
  })

  test('are for operators: they hold payloads', async () => {
    expect(await api.problem('/v1/dead', { as: 'viewer' })).toMatchObject({ code: 'UNAUTHORIZED' })
    const retry = { method: 'POST', as: 'requester' as const }
    expect(await api.problem('/v1/dead/1/retry', retry)).toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('are tried again by a coordinator, and none says so when none runs', async () => {
    const problem = await api.problem('/v1/dead/1/retry', { method: 'POST', as: 'operator' })
    expect(problem).toMatchObject({ code: 'COORDINATOR_SILENT' })
  })
})
