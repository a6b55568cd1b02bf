import type { WorkItem } from '../../protocol/assignment.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { KeyAnswer } from '../../protocol/key-release.ts'
import { subjects } from '../../protocol/subjects.ts'
import { isCompensation } from '../flow/compensate.ts'
import { turnOf } from '../flow/fence.ts'
import { attemptOf, firstOpen } from '../flow/grow.ts'
import { lacksKeys } from '../flow/seal/ask-keys.ts'
import { isEnded, type Task } from '../flow/state.ts'
import type { World } from './context.ts'

/** Lays the work in the queue of each agent chosen, of whom a first word is still awaited. */
export async function dispatchAssignment(
  world: Pick<World, 'js'>,
  task: Task,
  event: TaskEventOf<'SubtaskAssigned'>,
  keys: readonly KeyAnswer[] = [],
): Promise<void> {
  const { taskId } = task
  const { subtaskId, attempt, skill, input, inputHash, answer, deadlineMs, heartbeatMs, needs } = event
  const more = { ...(heartbeatMs === undefined ? {} : { heartbeatMs }), ...(needs ? { needs } : {}) }
  const asked = { taskId, subtaskId, attempt, skill, input, inputHash, answer, deadlineMs, ...more }
  const work = { kind: 'execute' as const, ...asked }
  const given = (agentId: string) => (keys.length > 0 ? { keys: keys.map(answer => forReceiver(answer, agentId)) } : {})
  await Promise.all(unheard(task, event).map(agentId => send(world, { ...work, ...given(agentId), agentId })))
}

/**
 * Those who said nothing yet to an attempt that is still open. An entry may come again long after, when the queue no longer knows
 * that it had the work: who has done it would do it once more.
 */
function unheard(task: Task, { subtaskId, attempt, chosen }: TaskEventOf<'SubtaskAssigned'>): string[] {
  const progress = task.subtasks.get(subtaskId)!
  const { phase, said, expired } = progress
  const isUnderWay = phase === 'executing' || phase === 'revealing' || phase === 'growing'
  const isOpen = isUnderWay && attempt >= firstOpen(progress)
  if (!isOpen || (isEnded(task) && !isCompensation(task, subtaskId))) return []
  const hasSaid = (id: string) => said.has(turnOf(attempt, id, 'commit')) || said.has(turnOf(attempt, id, 'answer'))
  return chosen.map(({ agentId }) => agentId).filter(id => !hasSaid(id) && !expired.has(id))
}

/** The same once the keys to what is sealed in it are there; while they are not, nothing. */
export async function dispatchOpened(
  world: World,
  task: Task,
  { subtaskId, attempt }: { readonly subtaskId: string; readonly attempt: number },
): Promise<void> {
  const progress = task.subtasks.get(subtaskId)!
  if (progress.attempts !== attempt || progress.phase !== 'executing' || lacksKeys(progress)) return
  await dispatchAssignment(world, task, progress.assigned!, [...progress.keys!.answers.values()])
}

/** Others' keys are sealed to others: of no use here, and not small. */
function forReceiver(answer: KeyAnswer, agentId: string): KeyAnswer {
  if (answer.kind !== 'release') return answer
  return { ...answer, wraps: answer.wraps.filter(({ receiver }) => receiver === agentId) }
}

/** Asks those who committed to open their commitments. */
export async function dispatchReveal(
  world: World,
  task: Task,
  { subtaskId, deadlineMs }: TaskEventOf<'RevealOpened'>,
): Promise<void> {
  const work = { kind: 'reveal', taskId: task.taskId, subtaskId, deadlineMs } as const
  const progress = task.subtasks.get(subtaskId)!
  const { commitments, results, failures, expired } = progress
  // Of replicas that were added to others only the last have something to reveal.
  const unopened = [...commitments.keys()].filter(id => !results.has(id) && !failures.has(id) && !expired.has(id))
  await Promise.all(unopened.map(agentId => send(world, { ...work, attempt: attemptOf(progress, agentId), agentId })))
}

/** Tells the agents that still work for an ended task to stop. */
export async function dispatchCancellation(world: World, task: Task): Promise<void> {
  const running = [...task.subtasks.values()].filter(
    ({ id, phase }) => (phase === 'executing' || phase === 'revealing') && !isCompensation(task, id),
  )
  await Promise.all(running.map(({ id, attempts }) => stopAttempt(world, task, { subtaskId: id, attempt: attempts })))
}

/** Tells the agents that work for what another plan leaves out to stop. */
export async function stopDropped(world: World, task: Task, { dropped }: TaskEventOf<'TaskReplanned'>): Promise<void> {
  const running = dropped.filter(({ phase }) => phase === 'executing' || phase === 'revealing')
  await Promise.all(running.map(each => stopAttempt(world, task, each)))
}

/** Tells those of whom an attempt awaits nothing any more to stop: the silent ones, or with it all who work at it. */
export async function stopAttempt(
  world: World,
  { taskId, subtasks }: Task,
  { subtaskId, attempt, silent }: { subtaskId: string; attempt: number; silent?: readonly string[] },
): Promise<void> {
  const progress = subtasks.get(subtaskId)!
  const { asked, said } = progress
  const first = attempt === progress.attempts ? firstOpen(progress) : attempt
  const attempts = Array.from({ length: attempt - first + 1 }, (_, place) => first + place)
  const working = attempts.flatMap(each =>
    (asked.get(each) ?? [])
      .filter(id => !said.has(turnOf(each, id, 'answer')) && (silent?.includes(id) ?? true))
      .map(agentId => ({ attempt: each, agentId })),
  )
  const item = { kind: 'cancel', taskId, subtaskId } as const
  await Promise.all(working.map(each => send(world, { ...item, ...each })))
}

async function send(
  { js }: Pick<World, 'js'>,
  item: Exclude<WorkItem, { kind: 'refusal' | 'release' }>,
): Promise<void> {
  const { kind, taskId, subtaskId, attempt, agentId } = item
  const msgID = `${taskId}/${subtaskId}/${attempt}/${agentId}/${kind}`
  await js.publish(subjects.work(agentId), JSON.stringify(item), { msgID })
}
