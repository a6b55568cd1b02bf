import { hasEnded } from '../../coordinator/flow/progress.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import { overlap, type Place, placeOf, subtaskAt, textOf } from './place.ts'
import { readsOf, readsOfOutput } from './reads.ts'

/** A subtask on the way, and the places that it was given or asked. */
export interface Reached {
  readonly subtaskId: string
  readonly reads: readonly Place[]
}

export interface Way {
  /** In the order in which they came to be. */
  readonly reached: readonly Reached[]
  /** Backward: what was asked for, at the beginning of it. Forward: the outcome, or nothing when it does not reach there. */
  readonly ends: readonly Place[]
}

/** All that a place was made of, back to what was asked for. Never less than it was, sometimes more: see `trace.ts`. */
export function backward(task: Task, from: Place): Way {
  const reached = new Map<string, Reached>()
  const ends = new Map<string, Place>()
  const left = [from]
  for (let place = left.pop(); place; place = left.pop()) {
    const subtaskId = subtaskAt(place)
    if (place.root === 'output') left.push(...readsOfOutput(task, place.fields))
    else if (subtaskId === null) ends.set(textOf(place), place)
    else if (!reached.has(subtaskId) && task.subtasks.has(subtaskId)) {
      const reads = readsOf(task, task.subtasks.get(subtaskId)!)
      reached.set(subtaskId, { subtaskId, reads })
      left.push(...reads)
    }
  }
  return { reached: inOrder(task, [...reached.values()]), ends: [...ends.values()] }
}

/** All that was made of these places. */
export function forward(task: Task, from: readonly Place[]): Way {
  const places = [...from]
  const known = [...task.subtasks.values()]
    .filter(hasEnded)
    .map(each => ({ subtaskId: each.id, reads: readsOf(task, each) }))
  const reached: Reached[] = []
  const isTouched = ({ reads }: { reads: readonly Place[] }) =>
    reads.some(read => places.some(place => overlap(read, place)))
  for (let found = known.filter(isTouched); found.length > 0; ) {
    reached.push(...found)
    places.push(...found.map(({ subtaskId }) => placeOf(subtaskId)))
    found = known.filter(each => !reached.includes(each) && isTouched(each))
  }
  const output: Place = { root: 'output', fields: [] }
  const ends = task.state === 'completed' && isTouched({ reads: readsOfOutput(task, []) }) ? [output] : []
  return { reached: inOrder(task, reached), ends }
}

function inOrder({ completions }: Task, reached: readonly Reached[]): Reached[] {
  const at = ({ subtaskId }: Reached) => {
    const place = completions.indexOf(subtaskId)
    return place === -1 ? completions.length : place
  }
  return [...reached].sort((a, b) => at(a) - at(b))
}
