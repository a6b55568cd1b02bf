import type { Choice } from '../../protocol/assignment.ts'
import type { TaskEntry, TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type FlowConsent, isGivenKey, type KeysAsked, type Receiver } from '../../protocol/key-release.ts'
import { subjects } from '../../protocol/subjects.ts'
import { readSealingKey } from '../../registry/sealing-keys.ts'
import { awaitedMakers } from '../flow/seal/ask-keys.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'
import { keepEvidence } from './keep-evidence.ts'

/** Has the makers of what is sealed in an input asked for their keys: who wants them, to which key, and by whose leave. */
export async function askKeys(world: World, { taskId }: Task, event: TaskEventOf<'SubtaskAssigned'>): Promise<void> {
  const { subtaskId, attempt, chosen } = event
  const receivers = await receiversOf(world, chosen)
  const consents = await consentsTo(world, taskId, subtaskId)
  await world.handle(taskId, () => ({ type: 'askKeys', atMs: Date.now(), subtaskId, attempt, receivers, consents }))
}

/** An agent that never showed a key of its own can be given none. */
async function receiversOf({ nc }: World, chosen: readonly Choice[]): Promise<Receiver[]> {
  const found = chosen.map(async ({ agentId, domainId, wallet }) => {
    const key = await readSealingKey(nc, agentId)
    return key ? [{ agentId, domainId, wallet, ...key }] : []
  })
  return (await Promise.all(found)).flat()
}

async function consentsTo({ tasks }: World, taskId: Hex, subtaskId: string): Promise<FlowConsent[]> {
  const events = (await tasks.entries(taskId)).flatMap(entry => entry.events)
  return events.flatMap(event => {
    if (event.type !== 'ApprovalAnswered' || event.subtaskId !== subtaskId) return []
    const { flow: role, granted, contentHash, by } = event
    return role !== undefined && granted && by ? [{ role, contentHash, ...by }] : []
  })
}

/** For keepers of what was sealed for an order: it shows that this task is that order's. */
function orderOf({ submitted }: Task, { wanted }: KeysAsked) {
  const { authority } = submitted!
  const isNeeded = wanted.some(each => isGivenKey(each) && 'nonce' in each.to)
  if (!isNeeded || authority.by !== 'order') return {}
  return { order: { order: authority.order, signature: authority.signature } }
}

/** Lays the request in the queue of each maker, with where the evidence log has it. */
export async function dispatchReleases(world: World, task: Task, entry: TaskEntry, asked: KeysAsked): Promise<void> {
  const { js, leaves } = world
  const { taskId } = task
  const { subtaskId, attempt } = asked
  await keepEvidence(world, task, entry)
  // It is stored by now, mostly: this says where.
  const leaf = await leaves.write(world.tasks.leaf(entry))
  const makers = awaitedMakers(task.subtasks.get(subtaskId)!)
  const item = { kind: 'release', taskId, subtaskId, attempt, asked, leaf, ...orderOf(task, asked) } as const
  const sent = makers.map(agentId =>
    js.publish(subjects.work(agentId), JSON.stringify({ ...item, agentId }), {
      msgID: `${taskId}/${subtaskId}/${attempt}/${agentId}/release`,
    }),
  )
  await Promise.all(sent)
}
