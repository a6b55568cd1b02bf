import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { followTask } from '../../scenarios/consortium/follow-task.ts'
import { depositFor, orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const log = openLog('test', { LOG_LEVEL: 'silent' })
const deaths: string[] = []
let consortium: Consortium

beforeAll(async () => {
  const cast = [{ domainId: 'office', name: 'Office', agents: [{ module, stake: 100_000_000n }] }]
  const onDeath = ({ message }: Error) => deaths.push(message)
  consortium = await startConsortium({ config, cast, dir: scratchDir('survive'), onStep: () => {}, onDeath })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(() => consortium?.stop())

/** A letter of as many lines, each a subtask that waits for the one before. */
function letter(lines: readonly string[], skill = 'add-line@1'): Json {
  const subtasks = lines.map((line, index) => ({
    id: `line-${index}`,
    skill,
    after: index === 0 ? [] : [`line-${index - 1}`],
    input: `{ lines: ${index === 0 ? '`[]`' : `outputs."line-${index - 1}".lines`}, line: '${line}' }`,
    deadlineMs: 20_000,
  }))
  return { name: 'letter', version: '1.0.0', title: 'A letter', subtasks, output: `outputs."line-${lines.length - 1}"` }
}

async function run(template: Json, { onEvent = (_: TaskEvent) => {}, budget = 20_000_000n } = {}) {
  const wish = { domainId: 'office', goal: 'write a letter', template, input: {}, budget, durationS: 120 }
  const taskId = await submit(consortium, await orderTask(consortium, wish))
  const events: TaskEvent[] = []
  const following = followTask(consortium.nc, taskId, {
    log,
    onEvent(event) {
      events.push(event)
      onEvent(event)
    },
  })
  try {
    const task = await following.ended
    const bundle = JSON.parse(Buffer.from(await getArtifact(consortium.nc, task.proven!.bundle)).toString('utf8'))
    return { task, events, report: await verifyBundle(bundle, { rpcUrl: consortium.stack.urls.chain }) }
  } finally {
    await following.stop()
  }
}

describe('a task', () => {
  it('is finished, paid once and proven though its coordinator is killed again and again', {
    timeout: 90_000,
  }, async () => {
    let running = consortium.coordinator
    let kills = 0
    const killOn = new Set(['TaskSubmitted', 'SubtaskAssigned', 'ResultReceived', 'SettlementComputed', 'TaskSettled'])
    const restarts: Promise<unknown>[] = []
    const onEvent = ({ type }: TaskEvent) => {
      if (!killOn.delete(type)) return
      kills++
      const next = async () => {
        process.kill(running.pid, 'SIGKILL')
        running = await consortium.startCoordinator()
      }
      restarts.push((restarts.at(-1) ?? Promise.resolve()).then(next))
    }
    const { task, events, report } = await run(letter(['one', 'two', 'three']), { onEvent })
    await Promise.all(restarts)
    await running.stop()
    await consortium.startCoordinator()
    expect(kills).toBe(5)
    expect(task.output).toEqual({ lines: ['one', 'two', 'three'] })
    expect(events.filter(({ type }) => type === 'SubtaskCompleted')).toHaveLength(3)
    expect(events.filter(({ type }) => type === 'TaskSettled')).toHaveLength(1)
    expect(report.findings).toEqual([])
    expect(deaths.every(message => message.startsWith('coordinator'))).toBe(true)
  })

  it('that cannot be done fails, refunds what was not earned, and is proven too', { timeout: 60_000 }, async () => {
    const { task, report } = await run(letter(['one', 'impossible']))
    expect(task.state).toBe('failed')
    expect(task.settlement!.settlement).toMatchObject({ payments: [{ amount: '1000000' }], refund: '18980000' })
    expect(report.findings).toEqual([])
  })

  it('with an unknown skill is rejected before anything runs, names the nearest, and gives its budget back', {
    timeout: 60_000,
  }, async () => {
    const { task, events, report } = await run(letter(['one'], 'add-lines@1'))
    expect(task.state).toBe('rejected')
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'TaskRejected',
        code: 'SKILL_UNKNOWN',
        reason: expect.stringContaining('add-line@1'),
      }),
    )
    expect(task.settlement!.settlement).toMatchObject({ payments: [], refund: '20000000' })
    expect(report.findings).toEqual([])
  })

  it('with an input that no agent takes is rejected before anything runs, and its budget goes back', {
    timeout: 60_000,
  }, async () => {
    const subtasks = [{ id: 'first', skill: 'add-line@1', input: "{ lines: 'none yet', line: 'one' }" }]
    const { task, events, report } = await run({ name: 'letter', version: '1.0.0', title: 'A letter', subtasks })
    expect(task.state).toBe('rejected')
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'TaskRejected',
        code: 'PLAN_INVALID',
        reason: expect.stringContaining(
          'subtasks[0].input: first gives add-line@1 what it does not take: lines: it is a string',
        ),
      }),
    )
    expect(task.settlement!.settlement).toMatchObject({ payments: [], refund: '20000000' })
    expect(report.findings).toEqual([])
  })

  it('beyond what its requester has in escrow is rejected by the chain, with the reason', {
    timeout: 60_000,
  }, async () => {
    const { task, events, report } = await run(letter(['one']), { budget: 10_000_000_000n })
    expect(task).toMatchObject({ state: 'rejected', funded: false })
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'TaskRejected',
        code: 'BUDGET_NOT_FUNDED',
        reason: expect.stringMatching(/Escrow/),
      }),
    )
    expect(report.findings).toEqual([])
  })
})
