import { isDeepStrictEqual } from 'node:util'
import { consequence } from '../../../../coordinator/flow/consequences.ts'
import { nextDeadlineMs } from '../../../../coordinator/flow/expire.ts'
import { keep } from '../../../../coordinator/flow/kept-task.ts'
import { roomFor } from '../../../../coordinator/flow/one-message.ts'
import { overviewOf } from '../../../../coordinator/flow/overview.ts'
import { type Task, unknownTask } from '../../../../coordinator/flow/state.ts'
import { canonicalJson } from '../../../../protocol/canonical.ts'
import { EntenteError } from '../../../../protocol/errors.ts'
import { TaskEntry } from '../../../../protocol/events.ts'
import { taskId } from '../drive.ts'
import { signalText } from './belief.ts'
import { fail, type Step } from './step.ts'

/** 5. What has happened stays as it was: neither the task nor its events are changed in place. */
export function nothingChanges(step: Step): void {
  const { before, copy, events, world, after } = step
  if (!isDeepStrictEqual(keep(before), copy)) fail('the task was changed in place', step)
  if (after.length !== before.length + events.length || before.length !== world.history.length) {
    fail('the task has another length than its history', step)
  }
}

/** The same task, by way of what is written down. */
const shadows = new WeakMap<Step['world'], Task>()

/** 8. The task is the fold of its events, also of those that were written down and read again: by the order of members too. */
export function isItsFold(step: Step): void {
  const { world, before, events, after } = step
  if (events.length === 0) return
  const written = readAgain({ taskId, first: before.length, events: [...events] }, step)
  if (JSON.stringify(written.events) !== JSON.stringify(events)) fail('what is read again lies in another order', step)
  const read = TaskEntry.safeParse(written)
  if (!read.success) fail(`what was written down is no entry: ${read.error.message}`, step)
  const shadow = read.data.events.reduce(world.rules.evolve, shadows.get(world) ?? unknownTask(taskId))
  shadows.set(world, shadow)
  if (!isDeepStrictEqual(keep(shadow), keep(after))) fail('the task is not the fold of what was written down', step)
  const anew = [...world.history, ...events].reduce(world.rules.evolve, unknownTask(taskId))
  if (!isDeepStrictEqual(keep(anew), keep(after))) fail('the task is not the fold of its history', step)
}

function readAgain(entry: TaskEntry, step: Step): TaskEntry {
  try {
    return JSON.parse(canonicalJson(entry))
  } catch (error) {
    return fail(`what happened cannot be written down: ${(error as Error).message}`, step)
  }
}

/** 8. What is carried along to be had quickly is what the subtasks say. */
export function overviewHolds(step: Step): void {
  const [carried, found] = [step.after.overview, overviewOf(step.after)].map(each => ({
    ...each,
    lists: each.lists.toObject(),
    // An expression can see their order.
    outputs: Object.entries(each.outputs.all()),
  }))
  if (!isDeepStrictEqual(carried, found)) fail('its overview is not that of its subtasks', step)
}

/** 9. The same command again brings about nothing, nor does a signature that has counted. */
export function onlyOnce(step: Step): void {
  const { world, command, events, after, belief } = step
  if (command.type === 'signal' && events.length > 0 && belief.heard.has(signalText(command))) {
    fail('a signature counts a second time', step)
  }
  if (events.length === 0) return
  // A wait until a moment that was past when it began is due at once.
  const isOfTime = command.type === 'passTime' || command.type === 'excuse'
  const isDue = isOfTime && (nextDeadlineMs(after) ?? Number.POSITIVE_INFINITY) <= command.atMs
  if (isDue) return
  try {
    const again = world.rules.decide(after, command)
    if (again.length > 0) fail(`said again it brings about ${again.map(({ type }) => type).join()}`, step)
  } catch (error) {
    if (!(error instanceof EntenteError)) throw error
  }
}

/** 10. Nothing that follows by rule is left open. */
export function nothingIsOwed(step: Step): void {
  const { command, after, events } = step
  if (events.length === 0) return
  const owed = consequence(after, command.atMs)
  if (owed) fail(`${owed.type} follows, and did not happen`, step)
}

const made = new Set(['SubtaskExpanded', 'SubtaskGathered', 'QuestionAsked', 'TaskReplanned', 'TaskCompleted'])

/** 20. What is made of other values is written only where one message has room for it, with all that it follows from. */
export function inOneMessage(step: Step): void {
  const { before, command, events, world } = step
  if (before.messageBytes === null) return
  let [task, bytes] = [before, 0]
  for (const event of events) {
    bytes += Buffer.byteLength(canonicalJson(event)) + 1
    // What a person or a model brings has been refused, or fits.
    const isMade = made.has(event.type) && !(event.type === 'TaskReplanned' && command.type === 'replan')
    if (isMade && bytes > roomFor(task)) fail(`a message has no room for ${event.type}`, step)
    task = world.rules.evolve(task, event)
  }
}
