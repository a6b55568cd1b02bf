import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { depositFor } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../stack/config.ts'
import { recorded } from '../coordinator/planner/goal/harbour.ts'
import { type ModelServer, startModelServer } from '../harness/model-server.ts'
import { runProgram } from '../harness/run-program.ts'
import { scratchDir } from '../harness/scratch-dir.ts'
import { entente } from '../scenarios/run-scenario.ts'

const time = { timeout: 240_000 }
const dir = scratchDir('order-goal')
const answers: string[] = []
let model: ModelServer
let consortium: Consortium

beforeAll(async () => {
  model = await startModelServer(() => answers.shift() ?? 500)
  const env = { OPENAI_MODEL: 'recorded', OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'secret' }
  const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn', ...env })
  const module = (name: string) => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url))
  const cast = [
    { domainId: 'harbour', name: 'Harbour', agents: [{ module: module('tide-gauge'), stake: 100_000_000n }] },
    { domainId: 'warnings', name: 'Warnings', agents: [{ module: module('warning-desk'), stake: 100_000_000n }] },
  ]
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'harbour', 100_000_000n)
  const { address, privateKey } = consortium.accounts.admins.get('harbour')!
  writeFileSync(join(dir, 'admin.json'), JSON.stringify({ address, privateKey }), { mode: 0o600 })
  writeFileSync(join(dir, 'input-schema.json'), JSON.stringify(inputSchema))
}, 120_000)
afterAll(async () => {
  await consortium?.stop()
  await model?.stop()
})

const inputSchema = { type: 'object', properties: { station: { type: 'string' } }, required: ['station'] }

/** Runs the command as whoever is the admin of the domain would, on the bus of the consortium. */
async function run(...args: string[]) {
  const { PATH, HOME } = process.env
  writeFileSync(join(dir, 'bus.creds'), consortium.stack.busCreds!, { mode: 0o600 })
  const bus = { NATS_URL: consortium.stack.urls.nats, NATS_CREDS: join(dir, 'bus.creds') }
  const own = { ENTENTE_KEY: join(dir, 'admin.json'), ENTENTE_DATA: join(dir, 'own') }
  const asked = { OPENAI_MODEL: 'recorded', OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'secret' }
  return runProgram(entente, args, { PATH, HOME, ...bus, ...own, ...asked }).end
}

/** Plans a goal, orders it with an input, and follows it: what the program printed last, and the bundle that it kept. */
async function ordered(station: string, ...more: string[]) {
  writeFileSync(join(dir, 'input.json'), JSON.stringify({ station }))
  const files = ['--input', join(dir, 'input.json'), '--input-schema', join(dir, 'input-schema.json'), '--out', dir]
  const goal = ['goal', 'Warn the harbour of high water', '--order', '--json', ...files, ...more]
  const { code, stdout, stderr } = await run(...goal)
  const lines = stdout.trim().split('\n')
  const outcome = JSON.parse(lines.at(-1)!)
  const wrong = lines.filter(line => /"type":"(TaskFailed|TaskRejected|ReplanRefused)"/.test(line))
  expect({ code, stderr, wrong }).toEqual({ code: 0, stderr: '', wrong: [] })
  const bundle: Bundle = JSON.parse(readFileSync(outcome.bundle, 'utf8'))
  return { planned: JSON.parse(lines[0]!), outcome, bundle, events: bundle.events.map(({ event }) => event) }
}

const named = <T extends TaskEvent['type']>(events: readonly TaskEvent[], type: T) =>
  events.filter((event): event is Extract<TaskEvent, { type: T }> => event.type === type)

it('carries out what a model planned, from the goal to a proof that holds with how it was planned', time, async () => {
  answers.push(...recorded('well-formed'))
  const { planned, outcome, bundle } = await ordered('quay')
  expect(planned).toMatchObject({ by: 'model', mayCost: '2040002' })
  expect(outcome).toMatchObject({ state: 'completed', output: '18 hours above 3.5 m', verified: true })
  expect(bundle.planning).toEqual(planned.planning.record)
  const again = await run('verify', outcome.bundle, '--rpc', consortium.stack.urls.chain)
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('The bundle holds') })
  const forged = structuredClone(bundle)
  const [talk] = (forged.planning as { talks: { messages: { role: string; content: string }[] }[] }).talks
  talk!.messages.at(-1)!.content = talk!.messages.at(-1)!.content.replace('3.5', '9.5')
  expect((await verifyBundle(forged)).findings[0]).toMatchObject({ where: '/planning' })
})

it(
  'asks the model again when a subtask has failed for good, builds on its answer, and proves that too',
  time,
  async () => {
    answers.push(...recorded('well-formed'), ...recorded('rest-on-what-failed-then-good'))
    const before = model.asked.length
    const { outcome, bundle, events } = await ordered('sunk', '--replan', '1', '--budget', '9000000', '--fresh')
    expect(outcome).toMatchObject({ state: 'completed', output: '2 hours above 3.5 m', verified: true })
    const [sought] = named(events, 'ReplanSought')
    const [replanned] = named(events, 'TaskReplanned')
    expect(sought).toMatchObject({ failed: ['tide'] })
    expect(replanned).toMatchObject({
      oldPlanHash: named(events, 'TaskPlanned')[0]!.planHash,
      added: ['neighbour', 'told'],
      dropped: [{ subtaskId: 'tide' }, { subtaskId: 'warning' }],
    })
    expect(bundle.replannings).toHaveLength(1)
    const told = model.asked.slice(before + 1).map(({ messages }) => messages.map(({ content }) => content).join('\n'))
    expect(told).toHaveLength(2)
    expect(told[0]).toContain('the gauge is under water')
    expect(told.join()).not.toContain('sunk')
    expect(told[1]).toContain('tide has failed, and cannot be kept')
    const forged = structuredClone(bundle)
    const [record] = forged.replannings as { talks: { messages: { content: string }[] }[] }[]
    record!.talks[0]!.messages.at(-1)!.content = recorded('rest-on-what-failed-then-good')[0]!
    expect((await verifyBundle(forged)).findings[0]).toMatchObject({ where: '/replannings/0' })
  },
)

it('is refused without a key that is a domain’s, and for an input that the plan does not take', time, async () => {
  const key = join(dir, 'keys', 'approver.json')
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, NATS_URL: consortium.stack.urls.nats, NATS_CREDS: join(dir, 'bus.creds'), ENTENTE_KEY: key }
  const goal = ['goal', 'Move patients between regions after a landfall', '--order']
  const cards = [
    '--skills',
    fileURLToPath(new URL('../../scenarios/templates/cross-region-emergency/cards.json', import.meta.url)),
  ]
  const refused = await runProgram(entente, [...goal, ...cards], env).end
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^INPUT_INVALID/) })
  const nobody = await runProgram(entente, ['goal', 'x', '--order'], { PATH, HOME }).end
  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringMatching(/^CONFIG_INVALID: ENTENTE_KEY/) })
})
