import { beforeAll, expect, test } from 'vitest'
import type { TaskEntry, TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { sha256 } from '../../protocol/hash.ts'
import { Publisher } from '../views/publish.ts'
import { historyOf, startMs, taskIdOf } from '../views/sample-task.ts'
import { withApi } from './with-api.ts'

const api = withApi()
const taskId = taskIdOf('rerouted')

/** A task of which one attempt was broken off for an emergency, and the rest given up for another plan. */
function rerouted(): TaskEntry[] {
  const entries = historyOf('rerouted').slice(0, 4)
  const events = entries.flatMap(entry => entry.events)
  const { authority, spec } = events.find(({ type }) => type === 'TaskSubmitted') as TaskEventOf<'TaskSubmitted'>
  const { plan, planHash } = events.find(({ type }) => type === 'TaskPlanned') as TaskEventOf<'TaskPlanned'>
  const attempt = { subtaskId: 'forecast', attempt: 1 }
  const policy = { id: 'beds', version: '1', hash: sha256('beds') }
  const claim = { taskId, ...attempt, needs: { beds: 1 }, domainId: null, authority, policy: spec.policy }
  const given = { planHash: sha256('rest'), added: [], why: 'a road is closed', by: { fallback: 'by-air' } }
  const [kept, dropped] = plan.subtasks
  const more: TaskEvent[] = [
    { type: 'AttemptPreempted', atMs: startMs + 20, ...attempt, agentId: '0', claim, policy, reasons: ['beds'] },
    {
      ...{ type: 'TaskReplanned', atMs: startMs + 21, oldPlanHash: planHash, ...given },
      plan: { ...plan, subtasks: [kept!] },
      dropped: [{ subtaskId: dropped!.id, attempt: 0, phase: 'waiting' }],
    },
  ]
  return [...entries, { taskId, first: events.length, events: more }]
}

beforeAll(async () => {
  await new Publisher(api.nc).entries(rerouted())
  await api.caughtUp()
})

test('a task says what was broken off, and what was given up', async () => {
  const { subtasks } = await api.get<{ subtasks: unknown[] }>(`/v1/tasks/${taskId}`)
  expect(subtasks).toMatchObject([
    { subtaskId: 'forecast', assignments: [{ agentId: '0', standing: 'preempted' }, {}, {}] },
    { subtaskId: 'notice', phase: 'dropped' },
  ])
})
