import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { explainChoices } from '../../evidence/explain-choices.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/counter.ts', import.meta.url))
const clerk = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const _log = openLog('test', { LOG_LEVEL: 'silent' })
const stake = 100_000_000n
let consortium: Consortium

beforeAll(async () => {
  const cast = [
    { domainId: 'office', name: 'Office', agents: [{ module: clerk, stake }] },
    { domainId: 'one', name: 'One', agents: [{ module, stake }] },
    { domainId: 'two', name: 'Two', agents: [{ module, stake }] },
    { domainId: 'liar', name: 'Liar', agents: [{ module, stake, fault: 'lie' as const }] },
  ]
  const dir = scratchDir('track-records')
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(() => consortium?.stop())

const subtasks = [{ id: 'count', skill: 'count-letters@1', replicas: 3, quorum: 2, deadlineMs: 20_000 }]
const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.count' }

/** Counts a word by all three, to the proof; what was known of each when they were asked, by domain. */
async function count() {
  const wish = {
    domainId: 'office',
    goal: 'count',
    template,
    input: { word: 'ledger' },
    budget: 9_000_000n,
    durationS: 120,
  }
  const { task, events } = await proven(consortium, wish)
  const [choice] = explainChoices(task.taskId, events)
  expect(choice!.differences).toEqual([])
  return Object.fromEntries(choice!.candidates.map(({ known }) => [known.domainId, known]))
}

it('coordinators know what agents did in settled tasks, go by it, and know it again when they are started anew', {
  timeout: 90_000,
}, async () => {
  const fresh = await count()
  for (const domain of ['one', 'two', 'liar']) expect(fresh[domain]).toMatchObject({ record: [0, 0, 0, 0] })
  expect(fresh.one).not.toHaveProperty('tookMs')

  const second = await count()
  expect(second.one).toMatchObject({ record: [1, 0, 1, 0], tookMs: expect.toSatisfy((ms: number) => ms >= 40) })
  expect(second.two).toMatchObject({ record: [1, 0, 1, 0] })
  expect(second.liar).toMatchObject({ record: [0, 1, 0, 1] })

  process.kill(consortium.coordinator.pid, 'SIGKILL')
  await consortium.startCoordinator()
  const third = await count()
  expect(third.one).toMatchObject({ record: [2, 0, 2, 0] })
  expect(third.liar).toMatchObject({ record: [0, 2, 0, 2] })
})
