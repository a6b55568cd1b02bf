import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Subtask } from '../../protocol/plan.ts'
import type { DataItem } from '../../protocol/policy.ts'
import type { CommandOf } from './command.ts'
import { unfitField } from './fit.ts'
import { goldDue } from './gold.ts'
import { isReplicated, mayAdd } from './grow.ts'
import { needsField } from './needs.ts'
import { whyTooLarge } from './one-message.ts'
import { masksFor } from './policy/cleared.ts'
import { inputOf } from './policy/mask.ts'
import { costOf, goldHeldBy, heldBy } from './price.ts'
import type { SubtaskProgress } from './progress.ts'
import { readySubtasks } from './ready.ts'
import { isOutOfTime, totalDeadlineMs } from './retry.ts'
import { isEnded, type Task } from './state.ts'

type Assign = CommandOf<'assign'>

/** What is ready, and to be given to those who were chosen. */
interface Ready {
  readonly subtask: Subtask
  readonly progress: SubtaskProgress
  /** What is masked of what it gives. */
  readonly masks: readonly DataItem[]
  /** One more replica is added to an attempt. */
  readonly isGrowing: boolean
}

/** An attempt is given to whoever was chosen for it, if it is due, and they may have it; or ends for want of time, budget, agents. */
export function giveOut(task: Task, command: Assign): TaskEvent[] {
  const ready = readyFor(task, command)
  if (!ready) return []
  const { subtask, progress, isGrowing } = ready
  const { atMs, subtaskId } = command
  const failed = (reason: string): TaskEvent[] => [{ type: 'SubtaskFailed', atMs, subtaskId, reason }]
  const why = whyNot(task, ready, command)
  if (why !== null) return isGrowing ? [endOfReplicas(progress, command, why)] : failed(why)
  const mapped = inputOf(task, subtaskId, subtask.input, ready.masks)
  if (!mapped) return failed('its input expression fails on what came before')
  const input = inputGiven(task, ready, command, mapped.value)
  if (isGrowing && contentHash(input) !== progress.assigned!.inputHash) {
    return [endOfReplicas(progress, command, 'it would be given other data')]
  }
  const event = assigned(task, ready, command, input)
  const tooLarge = whyTooLarge(task, [event])
  if (tooLarge === null) return [event]
  const reason = `its input is too large: ${tooLarge}`
  return isGrowing ? [endOfReplicas(progress, command, reason)] : failed(reason)
}

/** Null where the command is not what is due: that it was decided on what is no longer so is normal. */
function readyFor(task: Task, { subtaskId, attempt, chosen, gold }: Assign): Ready | null {
  const subtask = readySubtasks(task).find(({ id }) => id === subtaskId)
  const progress = task.subtasks.get(subtaskId)
  if (!subtask || !progress || attempt !== progress.attempts + 1) return null
  if ((gold?.question ?? null) !== goldDue(task, subtask)) return null
  const domains = chosen.map(({ domainId }) => domainId)
  const masks = masksFor(task, progress, domains)
  const { unfit = {} } = unfitField(progress)
  if (!masks || chosen.some(({ agentId }) => unfit[agentId] !== undefined)) return null
  const isGrowing = progress.phase === 'growing'
  return isGrowing && !mayAdd(progress, chosen) ? null : { subtask, progress, masks, isGrowing }
}

function whyNot(task: Task, { subtask, progress, isGrowing }: Ready, { chosen, atMs }: Assign): string | null {
  const { terms, budget } = task.submitted!
  if (isGrowing && chosen.length === 0) return 'nobody else can be asked'
  if (!isGrowing && isOutOfTime(subtask, progress, atMs)) return 'no time is left for another attempt'
  if (heldIn(task) + costOf(chosen, terms) <= BigInt(budget)) return null
  return `another ${isGrowing ? 'replica' : 'attempt'} would exceed the budget`
}

/** What is held of the budget. Of an ended task only what was completed is paid. */
function heldIn(task: Task): bigint {
  if (!isEnded(task)) return task.overview.held
  const { terms } = task.submitted!
  return task.subtasks
    .valueSeq()
    .reduce((sum, each) => sum + (each.phase === 'completed' ? heldBy(each, terms) : goldHeldBy(each, terms)), 0n)
}

function endOfReplicas({ attempts: attempt }: SubtaskProgress, command: Assign, reason: string): TaskEvent {
  const { atMs, subtaskId, chosen, passedOver, unlisted } = command
  const choice = { chosen, passedOver, ...(unlisted === undefined ? {} : { unlisted }) }
  return { type: 'ReplicasEnded', atMs, subtaskId, attempt, reason, choice }
}

/** More may have ended since the others were given theirs; and to another domain less may go. */
function inputGiven(task: Task, { progress, isGrowing }: Ready, { gold }: Assign, mapped: Json): Json {
  if (gold?.input !== undefined) return gold.input
  return isGrowing && !task.policed ? progress.assigned!.input : mapped
}

function assigned(task: Task, { subtask, progress }: Ready, command: Assign, input: Json): TaskEvent {
  const { atMs, subtaskId, attempt, skill, outputSchema, chosen, passedOver, unlisted, gold, learned } = command
  return {
    type: 'SubtaskAssigned',
    atMs,
    ...{ subtaskId, attempt, skill, input, inputHash: contentHash(input), outputSchema },
    answer: isReplicated(subtask) ? 'commit' : 'result',
    deadlineMs: Math.min(atMs + subtask.deadlineMs, totalDeadlineMs(subtask, progress)),
    ...{ chosen, passedOver },
    ...(subtask.heartbeatMs === undefined ? {} : { heartbeatMs: subtask.heartbeatMs }),
    ...needsField(task, subtask),
    ...(gold ? { gold: { question: gold.question, ...(gold.input === undefined ? { missing: true } : {}) } } : {}),
    ...(learned && learned.length > 0 ? { learned } : {}),
    ...(unlisted === undefined ? {} : { unlisted }),
  } as TaskEvent
}
