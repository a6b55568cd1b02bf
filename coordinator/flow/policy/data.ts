import type { Json } from '../../../protocol/canonical.ts'
import type { DataClass, DataItem, PolicySet } from '../../../protocol/policy.ts'
import { isGiven, type MadeSeal, type Sealed, sealsIn } from '../../../protocol/sealed.ts'
import { findSubtask, undoneBy } from '../compensate.ts'
import { childrenOf } from '../expand.ts'
import { chosenOf } from '../grow.ts'
import { untouched } from '../progress.ts'
import { keeperOf } from '../seal/given.ts'
import type { Task } from '../state.ts'
import { nothing, objectOf, type Source, sourceAt, sourcesOf, type Trace, traceOf } from './trace.ts'

/**
 * The data that a subtask's input is mapped from, with owner and class. A task's input is its requester's. What a subtask
 * gives is of the domains that gave it, in the class that the policy set says; where the set says nothing of the skill, it
 * may hold what its agents were given, and so carries that too.
 */
export function dataOf(task: Task, set: PolicySet, subtaskId: string): DataItem[] {
  return new Classifier(task, set).inputOf(subtaskId)
}

/** What an expression of a subtask sees, each name as the place that it stands for. */
export function scopeTrace(task: Task, subtaskId: string): Trace {
  const outputs = Object.fromEntries(endedBefore(task, subtaskId).map(id => [id, sourceAt('outputs', id)]))
  const scope = { input: sourceAt('input'), params: sourceAt('params'), outputs: objectOf(outputs) }
  const undone = undoneBy(task, subtaskId)
  const part = task.subtasks.get(undone?.id ?? subtaskId)?.part
  const list = part && findSubtask(task.plan, part.of)?.forEach
  const item = part && list ? { [part.as]: traceOf(list.items, objectOf(scope)), index: nothing } : {}
  return objectOf({ ...scope, ...item, ...(undone ? { output: sourceAt('outputs', undone.id) } : {}) })
}

/** What an ended subtask may have seen the output of, and never what came after it; of one that has not ended, all there is. */
function endedBefore({ completions, subtasks }: Task, subtaskId: string): string[] {
  const place = completions.indexOf(subtaskId)
  const before = place === -1 ? completions : completions.slice(0, place)
  // What takes back is not among the completions; it is opened one after the other.
  const opened = [...subtasks.keys()]
  const own = opened.indexOf(subtaskId)
  const undone = opened.filter(
    (id, at) => at < own && !completions.includes(id) && subtasks.get(id)!.phase === 'completed',
  )
  return [...before, ...(place === -1 ? undone : [])]
}

/** The field of the scope that a place is in, and the fields below it. */
export function splitPlace([root, ...below]: readonly string[]): { from: string; fields: readonly string[] } {
  return root === 'outputs' ? { from: `outputs.${below[0]}`, fields: below.slice(1) } : { from: root!, fields: below }
}

export const fieldsOf = (at: string): readonly string[] => (at === '' ? [] : at.split('.'))

class Classifier {
  readonly #task: Task
  readonly #set: PolicySet
  readonly #given = new Map<string, readonly DataItem[]>()

  constructor(task: Task, set: PolicySet) {
    this.#task = task
    this.#set = set
  }

  inputOf(subtaskId: string): DataItem[] {
    const subtask = findSubtask(this.#task.plan, subtaskId)
    if (!subtask) return []
    const scope = scopeTrace(this.#task, subtaskId)
    // How much is asked for tells of what it was computed from.
    const counts = Object.values(subtask.needs ?? {}).filter(units => typeof units === 'string')
    const sources = [subtask.input, ...counts].flatMap(each => sourcesOf(traceOf(each, scope)))
    const items = sources.flatMap(source => this.#itemsAt(source))
    const byKey = new Map(items.map(item => [keyOf(item), item]))
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
  }

  /** What is said of a place: of it, or else of the nearest around it, or else of the rest; and of all that is below it. */
  #itemsAt({ path }: Source): DataItem[] {
    const { from, fields } = splitPlace(path)
    const known = this.#itemsFrom(from)
    const around = known.filter(({ at }) => isWithin(fields, fieldsOf(at)))
    const nearest = Math.max(...around.map(({ at }) => fieldsOf(at).length))
    const below = known.filter(({ at }) => fieldsOf(at).length > fields.length && isWithin(fieldsOf(at), fields))
    const own = around.length > 0 ? around.filter(({ at }) => fieldsOf(at).length === nearest) : this.#rest(from)
    return [...own, ...below]
  }

  #itemsFrom(from: string): readonly DataItem[] {
    const known = this.#given.get(from) ?? this.#find(from)
    this.#given.set(from, known)
    return known
  }

  #find(from: string): DataItem[] {
    const { plan, submitted } = this.#task
    if (from === 'input') {
      const declared = this.#classified(from, [this.#requester], this.#set.data.inputs[plan!.template.name])
      return [...declared, ...this.#sealedIn(submitted!.input, from)]
    }
    if (from === 'params') return this.#sealedIn(plan!.params ?? {}, from)
    return this.#outputOf(from.slice('outputs.'.length), from)
  }

  #outputOf(id: string, from: string): DataItem[] {
    const subtask = findSubtask(this.#task.plan, id)
    const { output = null } = this.#task.subtasks.get(id) ?? {}
    // What a signal or a person says is of the rest; of a list, what its items say.
    if (!subtask) return this.#sealedIn(output, from)
    if (subtask.forEach) return childrenOf(this.#task, id).flatMap(child => this.#outputOf(child.id, from))
    const producers = producersOf(this.#task, id)
    const sealed = this.#sealedIn(output, from)
    const declared = this.#set.data.outputs[subtask.skill]
    if (declared) return [...this.#classified(from, producers, declared), ...sealed]
    const own = producers.map(owner => ({ from, at: '', owner, class: this.#set.otherwise }))
    // Where the place in the output is not known it may be anywhere in it.
    return [...own, ...this.inputOf(id).map(item => ({ ...item, from, at: '' })), ...sealed]
  }

  /** Sealed values are of their class whatever the set says, and of whoever sealed them. */
  #sealedIn(value: Json, from: string): DataItem[] {
    return sealsIn(value).map(({ fields, seal }) => ({
      from,
      at: fields.join('.'),
      owner: makerOf(this.#task, seal),
      class: seal.class,
    }))
  }

  #classified(
    from: string,
    owners: readonly (string | null)[],
    declared: readonly { readonly at: string; readonly class: DataClass }[] = [],
  ): DataItem[] {
    return declared.flatMap(({ at, class: dataClass }) => owners.map(owner => ({ from, at, owner, class: dataClass })))
  }

  #rest(from: string): DataItem[] {
    const id = from.startsWith('outputs.') ? from.slice('outputs.'.length) : null
    const producers = id === null ? [] : this.#producersBelow(id)
    const owners = producers.length > 0 ? producers : [this.#requester]
    return owners.map(owner => ({ from, at: '', owner, class: this.#set.otherwise }))
  }

  #producersBelow(id: string): string[] {
    const children = childrenOf(this.#task, id)
    const ids = children.length > 0 ? children.map(child => child.id) : [id]
    return [...new Set(ids.flatMap(each => producersOf(this.#task, each)))]
  }

  get #requester(): string | null {
    return this.#task.submitted!.requester.domainId
  }
}

/** The domains whose agents gave a subtask's output. */
function producersOf(task: Task, subtaskId: string): string[] {
  const progress = task.subtasks.get(subtaskId) ?? untouched(subtaskId)
  const accepted = new Set(progress.verdict?.accepted ?? [])
  const domains = chosenOf(progress)
    .filter(({ agentId }) => accepted.has(agentId))
    .map(({ domainId }) => domainId)
  return [...new Set(domains)].sort()
}

/** The domain of the agent that sealed a value, or keeps its key; of what names no work of this task, the requester. */
function makerOf(task: Task, seal: Sealed): string | null {
  const made = isGiven(seal) ? keeperOf(task, seal) : chosenFor(task, seal)
  return made?.domainId ?? task.submitted!.requester.domainId
}

function chosenFor(task: Task, { subtaskId, agentId }: MadeSeal) {
  const chosen = chosenOf(task.subtasks.get(subtaskId) ?? untouched(subtaskId))
  return chosen.find(choice => choice.agentId === agentId)
}

/** Whether a place is another, or below it. */
function isWithin(place: readonly string[], other: readonly string[]): boolean {
  return other.every((field, depth) => place[depth] === field)
}

function keyOf({ from, at, owner, class: dataClass }: DataItem): string {
  return `${from}/${at}/${owner ?? ''}/${dataClass}`
}
