import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import { canonicalJson, type Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { Bundle } from '../../protocol/evidence.ts'
import { goldHash } from '../../protocol/gold.ts'
import { toHex } from '../../protocol/hash.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { readConfig } from '../../stack/config.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/counter.ts', import.meta.url))
const clerk = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
// Eight fines as usual would leave liars no stake, and so no work, which is another defence.
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn', ENTENTE_PARAMETERS: 'wrong-penalty-bps=100' })
const stake = 100_000_000n
let consortium: Consortium

beforeAll(async () => {
  const honest = ['one', 'two'].map(domainId => ({ domainId, name: domainId, agents: [{ module, stake }] }))
  const liars = ['six', 'seven', 'eight'].map(domainId => ({
    ...{ domainId, name: domainId },
    agents: [{ module, stake, fault: 'lie' as const }],
  }))
  const office = { domainId: 'office', name: 'Office', agents: [{ module: clerk, stake }] }
  const dir = scratchDir('gold')
  consortium = await startConsortium({
    ...{ config, dir, cast: [office, ...honest, ...liars] },
    ...{ onStep: () => {}, onDeath: () => {} },
  })
  await depositFor(consortium, 'office', 200_000_000n)
}, 90_000)
afterAll(() => consortium?.stop())

const subtasks = [{ id: 'count', skill: 'count-letters@1', replicas: 5, quorum: 3, deadlineMs: 5_000 }]
const template = { name: 'count', version: '1.0.0', title: 'Count', subtasks, output: 'outputs.count' }

async function count(more: object): Promise<{ bundle: Json; events: TaskEvent[]; output: Json }> {
  const wish = {
    ...{ domainId: 'office', goal: 'count', template: { ...template, ...more }, input: { word: 'ledger' } },
    ...{ budget: 60_000_000n, durationS: 200 },
  }
  const { task, text: bundle, events } = await proven(consortium, wish)
  return { bundle, events, output: task.output }
}

const agreedIn = (events: readonly TaskEvent[]) => events.find(event => event.type === 'SubtaskAgreed')!

it('three liars of five have their way until gold has shown them, and then no more', { timeout: 120_000 }, async () => {
  const words = ['oak', 'maple', 'willow', 'cypress', 'hawthorn', 'buckthorn', 'sandalwood', 'elm']
  const questions = words.map(word => {
    const known = { input: { word }, answer: { letters: word.length }, salt: toHex(randomBytes(32)) }
    return { skill: 'count-letters@1', ...known }
  })
  for (const each of questions) await putArtifact(consortium.nc, Buffer.from(canonicalJson(each)))
  const gold = { rate: 1, most: 8, questions: { 'count-letters@1': questions.map(goldHash) } }

  const first = await count({ gold })
  expect(first.output).not.toEqual({ letters: 6 })
  expect(first.events.filter(event => event.type === 'GoldOpened').map(({ wrong }) => wrong.length)).toEqual(
    Array(8).fill(3),
  )

  // A coordinator that was just started knows the same.
  process.kill(consortium.coordinator.pid, 'SIGKILL')
  await consortium.startCoordinator()
  const second = await count({})
  expect(second.output).toEqual({ letters: 6 })
  const { verdict } = agreedIn(second.events)
  expect(verdict).toMatchObject({ accepted: { length: 2 }, deviators: { length: 3 }, together: [{ length: 3 }] })
  expect(verdict.voices!.filter(({ agentId }) => verdict.accepted.includes(agentId))[0]!.weight).toBeGreaterThan(1)

  // A voice that was made heavier, what was learned left out, another known answer: each is found, and named.
  const find = async (bundle: Json, change: (event: TaskEvent) => TaskEvent) => {
    const parsed = Bundle.parse(bundle)
    const changed = { ...parsed, events: parsed.events.map(each => ({ ...each, event: change(each.event) })) }
    return (await verifyBundle(changed)).findings.map(({ where, what }) => `${where}: ${what}`).join('\n')
  }
  const heavier = await find(second.bundle, event => {
    if (event.type !== 'SubtaskAgreed') return event
    const voices = event.verdict.voices!.map(voice => ({ ...voice, weight: voice.weight + 1 }))
    return { ...event, verdict: { ...event.verdict, voices } }
  })
  expect(heavier).toMatch(/verdict\/voices\/0\/weight: the rules give/)
  const unlearned = await find(second.bundle, event => {
    if (event.type !== 'SubtaskAssigned') return event
    const { learned: _, ...rest } = event
    return rest
  })
  expect(unlearned).toMatch(/verdict.*the rules give/)
  const false_ = await find(first.bundle, event =>
    event.type === 'GoldOpened' ? { ...event, question: { ...event.question!, answer: { letters: 14 } } } : event,
  )
  expect(false_).toMatch(/question: with its answer its hash is/)
})
