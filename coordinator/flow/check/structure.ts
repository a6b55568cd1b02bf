import type { Ask } from '../../../protocol/ask.ts'
import type { Subtask, Wait } from '../../../protocol/plan.ts'
import type { SubPlan, Template } from '../../../protocol/template.ts'
import { undoId } from '../compensate.ts'
import { mostReplicas } from '../grow.ts'
import { type Fault, invalid } from './fault.ts'
import { needsFaults } from './needs.ts'

/** A subtask's id is a token of subjects. */
export const maxIdLength = 48

export type Node = Template['subtasks'][number]

export const isWait = (node: Node): node is Wait => 'wait' in node
export const isAsk = (node: Node): node is Ask => 'ask' in node
export const isSubPlan = (node: Node): node is SubPlan => 'plan' in node
export const isWork = (node: Node): node is Subtask => 'skill' in node

/** Ids used once, waits for what there is, no cycle, quorums that can be reached, names that do not hide others. */
export function structureFaults({ subtasks }: Template): Fault[] {
  const known = new Set<string>()
  const faults: Fault[] = []
  for (const [index, node] of subtasks.entries()) {
    const { id } = node
    if (known.has(id))
      faults.push(invalid(['subtasks', index, 'id'], `${id} is used twice`, 'Name one of them otherwise.'))
    known.add(id)
    if (isWork(node)) faults.push(...workFaults(node, index))
  }
  for (const [index, { after }] of subtasks.entries()) {
    for (const [place, id] of after.entries()) {
      if (known.has(id)) continue
      const what = `there is no subtask ${id}`
      faults.push(invalid(['subtasks', index, 'after', place], what, `Name one of ${[...known].join(', ')}.`))
    }
  }
  const cycle = idsInCycle(subtasks)
  if (cycle.length > 0) {
    const what = `${cycle.join(', ')} wait for one another`
    faults.push(invalid(['subtasks'], what, 'Take one of them out of an `after`.'))
  }
  return [...faults, ...childFaults(subtasks), ...undoFaults(subtasks)]
}

function workFaults(subtask: Subtask, index: number): Fault[] {
  const { quorum, grow, forEach, judge } = subtask
  const replicas = mostReplicas(subtask)
  const faults = needsFaults(subtask, index)
  if (quorum > replicas) {
    const what = `${quorum} is more than its ${replicas} replicas`
    faults.push(invalid(['subtasks', index, 'quorum'], what, `Ask for at most ${replicas}, or for more replicas.`))
  }
  if (grow && grow.most < subtask.replicas) {
    const what = `it starts with ${subtask.replicas} replicas, and ${grow.most} are the most`
    faults.push(invalid(['subtasks', index, 'replicas'], what, 'Start with fewer, or allow more.'))
  }
  if (judge && replicas === 1) {
    const what = 'a judge chooses among replicas, and there is one'
    faults.push(invalid(['subtasks', index, 'judge'], what, 'Ask for more replicas, or leave the judge out.'))
  }
  if (forEach && ['input', 'outputs', 'params', 'index'].includes(forEach.as)) {
    const what = `${forEach.as} has a meaning already`
    faults.push(invalid(['subtasks', index, 'forEach', 'as'], what, 'Call the item otherwise.'))
  }
  return faults
}

/** An item's subtask is called by its list's id and a number: nothing else may be, and it must fit an id. */
function childFaults(subtasks: readonly Node[]): Fault[] {
  return subtasks.flatMap((node, index): Fault[] => {
    if (!isWork(node) || !node.forEach) return []
    const last = childId(node.id, node.forEach.max - 1)
    const path = ['subtasks', index, 'id']
    const long =
      last.length > maxIdLength ? [invalid(path, `${last} has more than 48 characters`, 'Take a shorter id.')] : []
    const other = subtasks.find(({ id }) => id.startsWith(`${node.id}-`) && /^\d+$/.test(id.slice(node.id.length + 1)))
    if (!other) return long
    const what = `${other.id} is what an item of ${node.id} is called`
    return [...long, invalid(['subtasks', subtasks.indexOf(other), 'id'], what, 'Name it otherwise.')]
  })
}

/** A compensation is called by its subtask's id, with a word before it: nothing else may be, and it must fit an id. */
function undoFaults(subtasks: readonly Node[]): Fault[] {
  const ids = new Set(subtasks.map(({ id }) => id))
  return subtasks.flatMap((node, index): Fault[] => {
    if (!isWork(node) || !node.compensate) return []
    const undo = undoId(node.forEach ? childId(node.id, node.forEach.max - 1) : node.id)
    const at = (what: string, toDo: string) => invalid(['subtasks', index, 'id'], what, toDo)
    const clash = ids.has(undo) ? [at(`${undo} is what its compensation is called`, 'Name it otherwise.')] : []
    return undo.length > maxIdLength
      ? [...clash, at(`${undo} has more than 48 characters`, 'Take a shorter id.')]
      : clash
  })
}

/** The subtask of one item of a list, by its place from 0. */
export function childId(id: string, place: number): string {
  return `${id}-${place}`
}

/** Nodes that no order can satisfy (Kahn's algorithm: what is left when nothing more can go first). */
export function idsInCycle(subtasks: readonly { readonly id: string; readonly after: readonly string[] }[]): string[] {
  let left = [...subtasks]
  for (;;) {
    const waiting = new Set(left.map(({ id }) => id))
    const next = left.filter(({ after }) => after.some(id => waiting.has(id)))
    if (next.length === left.length) return next.map(({ id }) => id)
    left = next
  }
}

/** All that must have ended before a node begins. */
export function precedingIds(subtasks: readonly Node[], { after }: Node): Set<string> {
  const found = new Set<string>()
  const visit = (ids: readonly string[]): void => {
    for (const id of ids) {
      if (found.has(id)) continue
      found.add(id)
      visit(subtasks.find(node => node.id === id)?.after ?? [])
    }
  }
  visit(after)
  return found
}
