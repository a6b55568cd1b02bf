import { compensationOf } from '../coordinator/flow/compensate.ts'
import type { Choice } from '../protocol/assignment.ts'
import type { Needs } from '../protocol/capacity.ts'
import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { Subtask } from '../protocol/plan.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/**
 * Whether work was given as the plan says: for the subtask's skill, after what it waits for, to no more agents than
 * replicas are asked for, each of another domain. That they are those whom the rule chooses: `check-choices.ts`.
 */
export function checkAssignments(bundle: Bundle): Check {
  const events = bundle.events.map(({ event }) => event)
  const ended = new Set<string>()
  const findings: Finding[] = []
  let count = 0
  const known = new Map<string, Subtask>()
  for (const [index, event] of events.entries()) {
    if (event.type === 'TaskPlanned' || event.type === 'TaskReplanned')
      for (const subtask of event.plan.subtasks) known.set(subtask.id, subtask)
    // A compensation is work as the subtask that it takes back describes it.
    if (event.type === 'CompensationOpened') {
      const undo = compensationOf({ ...known.get(event.compensates)!, id: event.compensates })
      if (undo) known.set(undo.id, undo)
    }
    // An item's subtask is like its list's.
    if (event.type === 'SubtaskExpanded') {
      const list = known.get(event.subtaskId)
      if (!list) continue
      const { forEach: _, ...item } = list
      for (const { subtaskId } of event.children) known.set(subtaskId, item)
    }
    if (event.type === 'SubtaskCompleted' || event.type === 'SubtaskSkipped') ended.add(event.subtaskId)
    if (event.type !== 'SubtaskAssigned') continue
    count++
    const subtask = known.get(event.subtaskId)
    if (subtask) findings.push(...faultsOf(event, index, subtask, ended))
    else findings.push({ where: eventAt(index, 'subtaskId'), what: `the plan has no subtask ${event.subtaskId}` })
  }
  return { name: 'assignments', count, findings }
}

function faultsOf(
  { skill, chosen, passedOver, needs = {}, atMs }: TaskEventOf<'SubtaskAssigned'>,
  index: number,
  subtask: Subtask,
  ended: ReadonlySet<string>,
): Finding[] {
  const at = (field: string, what: string) => ({ where: eventAt(index, field), what })
  const early = subtask.after.filter(id => !ended.has(id))
  const domains = new Set(chosen.map(({ domainId }) => domainId))
  const both = chosen.filter(({ agentId }) => passedOver.some(other => other.agentId === agentId))
  return [
    ...(skill === subtask.skill ? [] : [at('skill', `the plan asks for ${subtask.skill}, not ${skill}`)]),
    ...early.map(id => at('subtaskId', `it waits for ${id}, which is not completed here`)),
    ...(chosen.length <= subtask.replicas ? [] : [at('chosen', `the plan asks for ${subtask.replicas} replicas`)]),
    ...(domains.size === chosen.length ? [] : [at('chosen', 'two of its agents are of one domain')]),
    ...chosen.flatMap(choice => capacityFaults(choice, needs, atMs).map(what => at('chosen', what))),
    ...both.map(({ agentId }) => at('passedOver', `agent ${agentId} is both chosen and passed over`)),
  ]
}

/** Whether an agent had said, when it was chosen, that it can commit what is needed. */
function capacityFaults({ agentId, capacity }: Choice, needs: Needs, atMs: number): string[] {
  if (Object.keys(needs).length === 0) return []
  if (!capacity) return [`agent ${agentId} has stated no capacity, and is to commit some`]
  if (capacity.agentId !== agentId) return [`the capacity is agent ${capacity.agentId}'s, not agent ${agentId}'s`]
  if (capacity.validUntilMs <= atMs) return [`the capacity that agent ${agentId} stated had lapsed`]
  return Object.entries(needs).flatMap(([resource, units]) => {
    const total = capacity.resources[resource]?.total ?? 0
    return units <= total ? [] : [`agent ${agentId} can commit ${total} ${resource}, ${units} are needed`]
  })
}
