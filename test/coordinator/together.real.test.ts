import { fileURLToPath } from 'node:url'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tenant } from '../../coordinator/tenant.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { readConfig } from '../../stack/config.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.5', LOG_LEVEL: 'warn', ENTENTE_BATCH_TENANTS: tenant })
let consortium: Consortium

beforeAll(async () => {
  const cast = [{ domainId: 'office', name: 'office', agents: [{ module, stake: 100_000_000n }] }]
  const dir = scratchDir('together')
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(() => consortium?.stop())

it('what coordinators send may go together, where the gateway of a consortium is told so, and each task is proven', {
  timeout: 120_000,
}, async () => {
  const line = { skill: 'add-line@1', input: "{ lines: `[]`, line: 'x' }", deadlineMs: 20_000 }
  const template = { name: 'letter', version: '1.0.0', title: 'A letter', subtasks: [{ id: 'line', ...line }] }
  const wish = { domainId: 'office', goal: 'write', template, input: {}, budget: 10_000_000n, durationS: 600 }
  const tasks = await Promise.all(Array.from({ length: 6 }, () => proven(consortium, wish)))
  const jsm = await jetstreamManager(consortium.nc)
  const together = async (operation: string) => {
    const ids = tasks.map(({ task }) => messageIdOf({ tenant, operation, businessId: task.taskId }))
    const lives = await Promise.all(ids.map(id => readRecords(jsm, id)))
    return lives.filter(records => records.some(({ record }) => record.state === 'BATCHED')).length
  }
  expect(tasks.map(({ task }) => task.state)).toEqual(tasks.map(() => 'completed'))
  expect(await together('reserve')).toBeGreaterThan(1)
})
