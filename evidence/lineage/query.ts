import { fold } from '../../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { backward, forward } from './lineage.ts'
import { type Place, placeFrom, placeOf, subtaskAt, textOf } from './place.ts'
import { type Step, stepOf } from './step.ts'

export interface Lineage {
  readonly taskId: string
  readonly of: string
  readonly direction: 'backward' | 'forward'
  readonly steps: readonly Step[]
  /** Backward: places of the order that it began with. Forward: `output`, where it reaches the outcome. */
  readonly ends: readonly string[]
}

/**
 * From a place in a task to every input, agent, policy and payment behind it; or forward, to all that was made of a place, or
 * of what an agent gave (`agent:<id>`) or a policy set had decided on (`policy:<id>`). It says what the log says: that the
 * bundle holds is for `verifyBundle`.
 * @throws EntenteError PLACE_UNKNOWN
 */
export function lineageOf(bundle: Bundle, of: string, direction: Lineage['direction']): Lineage {
  const { taskId } = bundle
  const events = bundle.events.map(({ event }) => event)
  const task = fold(unknownTask(taskId), events)
  if (!task.plan) throw new EntenteError('PLACE_UNKNOWN', `task ${taskId} was never planned: nothing was made in it`)
  const from = placesOf(task, events, of, direction)
  const { reached, ends } = direction === 'backward' ? backward(task, from[0]!) : forward(task, from)
  const own = direction === 'forward' ? from.flatMap(place => subtaskAt(place) ?? []) : []
  const first = own
    .filter(id => !reached.some(({ subtaskId }) => subtaskId === id))
    .map(subtaskId => ({ subtaskId, reads: [] }))
  const steps = [...first, ...reached].map(each => stepOf(task, events, each))
  return { taskId, of, direction, steps, ends: ends.map(textOf) }
}

function placesOf(task: Task, events: readonly TaskEvent[], of: string, direction: Lineage['direction']): Place[] {
  const [, kind, id] = /^(agent|policy):(.+)$/.exec(of) ?? []
  if (kind === undefined) return [knownPlace(task, placeFrom(of))]
  if (direction === 'backward') {
    throw new EntenteError('PLACE_UNKNOWN', `${of} is no place that was made of something: ask --forward`)
  }
  const touched = kind === 'agent' ? givenBy(task, id!) : decidedOnBy(events, id!)
  const nothing = kind === 'agent' ? `agent ${id} gave nothing that stands` : `policy set ${id} decided on nothing`
  if (touched.length === 0) throw new EntenteError('PLACE_UNKNOWN', `${nothing} in the task`)
  return touched.map(placeOf)
}

function givenBy({ subtasks }: Task, agentId: string): string[] {
  return [...subtasks.values()].filter(({ verdict }) => verdict?.accepted.includes(agentId)).map(({ id }) => id)
}

function decidedOnBy(events: readonly TaskEvent[], policyId: string): string[] {
  const decided = events.flatMap(event =>
    event.type === 'FlowsDecided' && event.policy.id === policyId ? [event.subtaskId] : [],
  )
  return [...new Set(decided)]
}

function knownPlace(task: Task, place: Place): Place {
  const subtaskId = subtaskAt(place)
  if (subtaskId !== null && !task.subtasks.has(subtaskId)) {
    const known = [...task.subtasks.keys()].join(', ')
    throw new EntenteError('PLACE_UNKNOWN', `the task has no subtask ${subtaskId}; it has ${known}`)
  }
  checkFields(place, subtaskId === null ? valueAt(task, place.root) : task.subtasks.get(subtaskId)?.output)
  return place
}

/** Null or undefined where nothing is known of it. */
function valueAt({ submitted, plan, output }: Task, root: string): unknown {
  if (root === 'input') return submitted?.input
  return root === 'params' ? plan?.params : output
}

/** What has no such field was made of nothing, which would look like an answer. Of an empty list's items nothing is known. */
function checkFields({ root, fields }: Place, value: unknown): void {
  let here: unknown[] = [value ?? []]
  for (const [depth, field] of fields.entries()) {
    const values = here.flat(Number.POSITIVE_INFINITY)
    const known = [...new Set(values.flatMap(each => (isRecord(each) ? Object.keys(each) : [])))]
    if (values.length > 0 && !known.includes(field)) {
      const has = known.length > 0 ? `; it has ${known.join(', ')}` : ''
      throw new EntenteError(
        'PLACE_UNKNOWN',
        `${textOf({ root, fields: fields.slice(0, depth) })} has no field ${field}${has}`,
      )
    }
    here = values.flatMap(each => (isRecord(each) && field in each ? [each[field]] : []))
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
