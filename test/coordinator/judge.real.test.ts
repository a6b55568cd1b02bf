import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TaskEvent } from '../../protocol/events.ts'
import type { JudgingRecord } from '../../protocol/judging.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../stack/config.ts'
import { type Answer, type ChatRequest, type ModelServer, startModelServer } from '../harness/model-server.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const time = { timeout: 120_000 }
const program = (name: string) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
let model: ModelServer
let answer: Answer = () => 500
let consortium: Consortium

beforeAll(async () => {
  model = await startModelServer(request => answer(request))
  const env = { OPENAI_MODEL: 'recorded', OPENAI_BASE_URL: model.baseUrl }
  const stake = 100_000_000n
  const domainOf = (domainId: string, module: string) => ({
    ...{ domainId, name: domainId },
    agents: [{ module: program(module), stake }],
  })
  consortium = await startConsortium({
    config: readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn', ...env }),
    cast: [domainOf('office', 'clerk'), ...['plain', 'vague', 'pushy'].map(name => domainOf(name, `reporter-${name}`))],
    dir: scratchDir('judge'),
    ...{ onStep: () => {}, onDeath: () => {} },
  })
  await depositFor(consortium, 'office', 200_000_000n)
}, 120_000)
afterAll(async () => {
  await consortium?.stop()
  await model?.stop()
})

const judge = { criterion: 'Which report says how high the river stands?', fields: ['/text'] }
const level = { id: 'level', skill: 'report-level@1', replicas: 3, deadlineMs: 20_000, attempts: 1 }

/** @param judgeMs how long the judge may take: only a short time is waited for in full */
const report = (judgeMs = 20_000) => {
  const subtasks = [{ ...level, judge: { ...judge, deadlineMs: judgeMs } }]
  const template = { name: 'level', version: '1.0.0', title: 'Level', subtasks, output: 'outputs.level' }
  return proven(consortium, {
    ...{ domainId: 'office', goal: 'how high is the river', template, input: { gauge: 'quay' } },
    ...{ budget: 20_000_000n, durationS: 120 },
  })
}

/** The answers as the model is shown them. */
function shownIn({ messages }: ChatRequest): { number: string; answer: { '/text': string } }[] {
  return JSON.parse(/<answers>\n(.*)\n<\/answers>/.exec(messages[1]!.content)![1]!)
}

const chooses = (choice: string) => JSON.stringify({ choice, reasons: 'it gives the level' })
const named = <T extends TaskEvent['type']>(events: readonly TaskEvent[], type: T) =>
  events.find((event): event is Extract<TaskEvent, { type: T }> => event.type === type)!

it('chooses among reports that do not agree, and who is not chosen is fined', time, async () => {
  answer = request => chooses(shownIn(request).find(({ answer }) => answer['/text'].includes('412 cm'))!.number)
  const before = model.asked.length
  const { task, bundle, events } = await report()
  expect(task.output).toEqual({ cm: 412, text: 'quay: the river stands at 412 cm and rises' })

  const asked = model.asked.slice(before)
  expect(asked.map(shownIn).map(all => all.map(({ answer }) => answer['/text']))[0]).toEqual(
    shownIn(asked[1]!)
      .map(({ answer }) => answer['/text'])
      .toReversed(),
  )
  expect(asked).toMatchObject([
    { temperature: 0, response_format: { json_schema: { name: 'judgement' } } },
    { temperature: 0, response_format: { json_schema: { name: 'judgement' } } },
  ])
  for (const { messages } of asked) expect(JSON.stringify(messages)).not.toMatch(/agentId|domain/)

  const { accepted, deviators, judge: by } = named(events, 'SubtaskAgreed').verdict
  expect([accepted.length, deviators.length, by?.model]).toEqual([1, 2, 'recorded'])
  const { payments, penalties } = named(events, 'SettlementComputed').settlement
  expect(payments.map(({ agentId }) => agentId)).toEqual(accepted)
  expect(penalties.map(({ agentId, fault }) => [agentId, fault])).toEqual(deviators.map(each => [each, 'wrong']))
  const [record] = bundle.judgings as unknown as JudgingRecord[]
  expect(record!.talks.map(({ messages }) => messages.slice(0, 2))).toEqual(asked.map(({ messages }) => messages))
})

it('decides nothing where it goes by the order: the reports do not agree', time, async () => {
  answer = () => chooses('1')
  const { task, bundle, events } = await report()
  expect(task.state).toBe('failed')
  expect(named(events, 'JudgeAnswered')).toMatchObject({ chosen: null })
  expect(named(events, 'AttemptFailed').reason).toMatch(/the judge chose otherwise when they stood in another order$/)
  expect(named(events, 'SettlementComputed').settlement).toMatchObject({ payments: [], penalties: [] })
  expect(bundle.judgings).toHaveLength(1)
})

it('holds nobody up where it says nothing, or is not there', time, async () => {
  answer = () => null
  const silent = await report(3_000)
  expect(silent.task.state).toBe('failed')
  const [asked, givenUp] = [named(silent.events, 'JudgeAsked'), named(silent.events, 'JudgeGivenUp')]
  expect(givenUp.atMs).toBeLessThan(asked.deadlineMs + 2_000)

  await model.stop()
  const away = await report()
  expect(away.task.state).toBe('failed')
  expect(named(away.events, 'JudgeGivenUp').reason).toMatch(/^MODEL_FAILED: /)
  expect(named(away.events, 'AttemptFailed').reason).toContain('the judge was given up: MODEL_FAILED')
  expect(away.bundle.judgings).toBeUndefined()
})
