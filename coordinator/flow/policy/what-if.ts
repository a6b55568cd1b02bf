import type { Authorize } from '../../../protocol/authorize.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { DataItem, FlowVerdict, PolicySet } from '../../../protocol/policy.ts'
import { evolve } from '../evolve.ts'
import { screen } from '../screen.ts'
import { type Task, unknownTask } from '../state.ts'
import { clearanceOf } from './clear.ts'

/** One decision of a past task, and what another policy set would have decided. */
export interface Reconsidered {
  /** Number of the event in the task's history, from 0. */
  readonly event: number
  /** Null for the order as a whole. */
  readonly subtaskId: string | null
  readonly domainId: string | null
  /** `yes`, `no`, or under what: `masked (input.name)`, `approved by officer`. */
  readonly was: string
  readonly would: string
  readonly why: readonly string[]
}

/**
 * Asks another policy set at every decision of a past task: at its screening, and for each domain that a policy set was
 * asked about, or that was given work without one. Each is asked of the history as it was, also after one that differs.
 */
export function whatIf(
  taskId: Hex,
  events: readonly TaskEvent[],
  set: PolicySet,
  authorize: Authorize,
): Reconsidered[] {
  const planned = events.find(each => each.type === 'TaskPlanned')
  const template = planned?.type === 'TaskPlanned' ? planned.plan.template.name : null
  let task = unknownTask(taskId)
  return events.flatMap((event, place) => {
    const found = reconsider(task, event, { set, authorize, template })
    task = evolve(task, event)
    return found.map(each => ({ event: place, ...each }))
  })
}

type Asking = { readonly set: PolicySet; readonly authorize: Authorize; readonly template: string | null }
type Found = Omit<Reconsidered, 'event'>

function reconsider(task: Task, event: TaskEvent, asking: Asking): Found[] {
  switch (event.type) {
    case 'TaskScreened':
      return ofOrder(task, event, asking)
    case 'FlowsDecided':
      return ofFlows(task, event, asking)
    case 'SubtaskAssigned':
      return task.policed ? [] : ofAssignment(task, event, asking)
    default:
      return []
  }
}

/** Where the base rules alone denied, for what the directory said then, no set changes it. */
function ofOrder(
  task: Task,
  { decision, policy, reasons, atMs }: TaskEventOf<'TaskScreened'>,
  asking: Asking,
): Found[] {
  if (decision === 'deny' && policy.hash === undefined) return []
  const would = screen(task.submitted!, { domainActive: true }, atMs, asking)
  const said = (each: 'permit' | 'deny') => (each === 'permit' ? 'yes' : 'no')
  const why = would.reasons.length > 0 ? would.reasons : reasons
  return [{ subtaskId: null, domainId: null, was: said(decision), would: said(would.decision), why }]
}

function ofFlows(task: Task, event: TaskEventOf<'FlowsDecided'>, { set, authorize }: Asking): Found[] {
  const { subtaskId, verdicts, data } = event
  const domains = verdicts.map(({ domainId }) => domainId)
  const again = clearanceOf(task, subtaskId, domains, set, authorize)
  return verdicts.map(verdict => {
    const other = again.verdicts.find(({ domainId }) => domainId === verdict.domainId)!
    const was = outcomeOf(verdict, data)
    return { subtaskId, domainId: verdict.domainId, was, would: outcomeOf(other, again.data), why: other.reasons }
  })
}

/** Without a policy set whoever was chosen was given all of it. */
function ofAssignment(
  task: Task,
  { subtaskId, chosen }: TaskEventOf<'SubtaskAssigned'>,
  { set, authorize }: Asking,
): Found[] {
  const domains = chosen.map(({ domainId }) => domainId)
  const { verdicts, data } = clearanceOf(task, subtaskId, domains, set, authorize)
  return verdicts.map(verdict => ({
    subtaskId,
    domainId: verdict.domainId,
    was: 'yes',
    would: outcomeOf(verdict, data),
    why: verdict.reasons,
  }))
}

function outcomeOf({ permit, masks, approval }: FlowVerdict, data: readonly DataItem[]): string {
  if (!permit) return 'no'
  const places = [...new Set(masks.map(place => placeOf(data[place]!)))]
  const terms = [
    ...(places.length > 0 ? [`masked (${places.join(', ')})`] : []),
    ...(approval.length > 0 ? [`approved by ${approval.join(' and ')}`] : []),
  ]
  return terms.join(', ') || 'yes'
}

function placeOf({ from, at }: DataItem): string {
  return at === '' ? from : `${from}.${at}`
}
