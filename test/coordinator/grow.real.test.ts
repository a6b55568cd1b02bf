import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../agents/sdk/define.ts'
import { checkRules } from '../../evidence/check-rules.ts'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { type FollowedTask, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators(2)
/** What the next that is asked will say, and what each was sent. */
let answers: string[] = []
let sent: string[] = []

const gauge = agent({
  name: 'gauge',
  description: 'Says how high the river is.',
  skills: [
    skill({
      name: 'read-level',
      version: '1.0.0',
      description: 'Reads a gauge.',
      input: z.object({}).loose(),
      output: z.object({ level: z.string() }),
      price: 1n,
      run(input) {
        sent.push(canonicalJson(input as Json))
        return { level: answers.shift()! }
      },
    }),
  ],
})

beforeAll(async () => {
  for (const domainId of ['north', 'south', 'east', 'west', 'delta']) await office.employ(gauge, domainId)
}, 60_000)

async function ask(replicas: Json, quorum: number, said: string[], more: object = {}): Promise<FollowedTask> {
  answers = [...said]
  sent = []
  const subtasks = [{ id: 'level', skill: 'read-level@1', replicas, quorum, deadlineMs: 10_000, attempts: 1, ...more }]
  const task = await office.open(subtasks)
  await task.until('SettlementComputed')
  const template = { name: 'test', version: '1.0.0', title: `Test ${titles++}`, subtasks }
  expect(rulesFind(task, template as Json, task.events)).toEqual([])
  return task
}
let titles = 1

/** There is no chain here that would settle it. */
function rulesFind(task: FollowedTask, template: Json, events: readonly TaskEvent[]): string[] {
  expect(contentHash(template)).toBe(task.task().plan!.template.hash)
  const logged = events.map((event, leaf) => ({ event, leaf, path: [] }))
  const bundle = { taskId: task.taskId, template, events: logged, anchors: { settlement: null } }
  const found = checkRules(bundle as unknown as Bundle).findings.map(({ what }) => what)
  return found.filter(what => what !== 'it ends before the task is settled')
}

const typesIn = ({ events }: FollowedTask) => events.map(({ type }) => type)

it('three who all differ become five, one at a time, of other departments, and the verdict is over all', {
  timeout: 60_000,
}, async () => {
  const task = await ask({ start: 3, most: 5 }, 3, ['high', 'low', 'none', 'high', 'high'])
  const given = task.events.filter(event => event.type === 'SubtaskAssigned')
  expect(given.map(({ chosen }) => chosen.length)).toEqual([3, 1, 1])
  expect(new Set(given.flatMap(({ chosen }) => chosen.map(({ domainId }) => domainId))).size).toBe(5)
  expect(new Set(sent).size).toBe(1)
  const { verdict, since } = await task.until('SubtaskAgreed')
  expect(since).toBe(1)
  expect(verdict).toMatchObject({ confidence: 0.6, accepted: { length: 3 }, deviators: { length: 2 } })
  expect(task.task().output).toEqual({ level: { level: 'high' } })

  // A replica that is withheld, or made up, is found.
  const template = { name: 'test', version: '1.0.0', title: 'Test 1' } as object
  const subtasks = [
    { id: 'level', skill: 'read-level@1', replicas: { start: 3, most: 5 }, quorum: 3, deadlineMs: 10_000, attempts: 1 },
  ]
  const whole = { ...template, subtasks } as Json
  const withheld = task.events.filter(({ type }) => type !== 'ReplicaWanted')
  expect(rulesFind(task, whole, withheld)[0]).toContain('by the rules ReplicaWanted is next')
  const ended = task.events.flatMap((event): TaskEvent[] => {
    const isLast = event.type === 'SubtaskAssigned' && event.attempt === 3
    if (!isLast) return [event]
    const { atMs, subtaskId, chosen, passedOver } = event
    return [
      {
        type: 'ReplicasEnded',
        atMs,
        subtaskId,
        attempt: 2,
        reason: 'nobody else can be asked',
        choice: { chosen, passedOver },
      },
    ]
  })
  expect(rulesFind(task, whole, ended)).not.toEqual([])
})

it('with fewer than a quorum the next are asked first, and nobody reveals before a quorum has committed', {
  timeout: 60_000,
}, async () => {
  const task = await ask({ start: 2, most: 5 }, 3, ['high', 'high', 'high'])
  const types = typesIn(task)
  expect(types.filter(type => type === 'RevealOpened')).toHaveLength(1)
  expect(types.indexOf('RevealOpened')).toBeGreaterThan(types.lastIndexOf('ResultCommitted'))
  expect(types.filter(type => type === 'ReplicaWanted')).toHaveLength(1)
  expect(task.task().output).toEqual({ level: { level: 'high' } })
})

it('where all have been asked and no quorum agrees, the attempt fails', { timeout: 60_000 }, async () => {
  const task = await ask({ start: 3, most: 5 }, 3, ['a', 'b', 'c', 'd', 'e'])
  expect(task.task().state).toBe('failed')
  expect(task.events.filter(({ type }) => type === 'SubtaskAssigned')).toHaveLength(3)
})

it('where the template names a judge, and no model is configured, the attempt fails at once and says so', {
  timeout: 60_000,
}, async () => {
  const judge = { criterion: 'which is right', deadlineMs: 50_000 }
  const task = await ask({ start: 3, most: 4 }, 3, ['a', 'b', 'c', 'd'], { judge })
  expect(await task.until('JudgeGivenUp')).toMatchObject({ reason: 'MODEL_UNSET: no model is configured', since: 1 })
  const { reason } = await task.until('AttemptFailed')
  expect(reason).toMatch(/^the replicas do not agree, and the judge was given up: MODEL_UNSET/)
})
