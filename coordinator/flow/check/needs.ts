import type { Subtask } from '../../../protocol/plan.ts'
import { mostReplicas } from '../grow.ts'
import { type Fault, invalid } from './fault.ts'

/** Resources are committed by one agent; what holds them, and what may give them up, needs some. */
export function needsFaults({ needs, hold, preemptible, ...asked }: Subtask, index: number): Fault[] {
  const replicas = mostReplicas(asked)
  const at = (field: string, what: string, toDo: string) => invalid(['subtasks', index, field], what, toDo)
  const has = needs !== undefined && Object.keys(needs).length > 0
  const faults: Fault[] = []
  if (has && replicas > 1) {
    const what = `what it needs would be committed ${replicas} times, once by each replica`
    faults.push(at('needs', what, 'Ask one agent, or put the work that needs resources into a subtask of its own.'))
  }
  if (hold !== undefined && !has) faults.push(at('hold', 'it needs nothing that could be held', 'Name `needs`.'))
  if (preemptible && !has)
    faults.push(at('preemptible', 'it needs nothing that an emergency could take', 'Name `needs`.'))
  return faults
}
