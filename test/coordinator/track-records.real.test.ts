import { afterAll, beforeAll, expect, it } from 'vitest'
import { explainChoices } from '../../evidence/explain-choices.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { type Counting, startCounting } from '../harness/start-counting.ts'

let counting: Counting
let consortium: Consortium

beforeAll(async () => {
  counting = await startCounting({ dir: scratchDir('track-records') })
  consortium = counting.consortium
}, 60_000)
afterAll(() => counting?.stop())

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
