import type { Plan } from '../../../protocol/plan.ts'
import type { Template } from '../../../protocol/template.ts'
import { undoId } from '../compensate.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import type { Laid, LaidPlan, Library } from './laid.ts'
import { layIn } from './lay-in.ts'
import { childId, isAsk, isWait, isWork, type Node, precedingIds } from './structure.ts'

type Written = NonNullable<Template['otherwise']>[number]
type Planned = NonNullable<Plan['otherwise']>[number]

/** A fallback, laid in beside what is certain to be there when it is taken up. */
export interface LaidFallback {
  readonly planned: Planned
  /** Its own nodes, each with its place in the template. */
  readonly added: readonly Laid[]
  /** As if its plan had been the template's from the beginning. */
  readonly template: Template
  readonly laid: LaidPlan
  /** The place in the template of a place in that one; null for what is the template's own. */
  readonly placeOf: (path: Path) => Path | null
  /** All that may have to be paid once it is taken up. */
  readonly paid: readonly Laid[]
}

export interface LaidFallbacks {
  readonly fallbacks: readonly LaidFallback[]
  readonly faults: readonly Fault[]
}

const none: LaidFallbacks = { fallbacks: [], faults: [] }

/**
 * Lays in the fallbacks of a template that has no fault otherwise. When one is taken up, what precedes its occasion has ended and
 * what it keeps goes on; of the rest of the plan nothing is certain, so none of it can be waited for or read.
 */
export function layInFallbacks(template: Template, main: LaidPlan, library: Library): LaidFallbacks {
  const { otherwise = [] } = template
  if (otherwise.length === 0) return none
  const occasions = otherwise.flatMap((written, place) => occasionFaults(template, written, ['otherwise', place]))
  if (occasions.length > 0) return { fallbacks: [], faults: occasions }
  const made = otherwise.map((written, place) => layInOne({ template, main, library }, written, ['otherwise', place]))
  const fallbacks = made.flatMap(({ fallback }) => fallback ?? [])
  return { fallbacks, faults: [...made.flatMap(({ faults }) => faults), ...nameFaults(main, fallbacks)] }
}

interface Ground {
  readonly template: Template
  readonly main: LaidPlan
  readonly library: Library
}

function layInOne(ground: Ground, written: Written, at: Path): { faults: Fault[]; fallback: LaidFallback | null } {
  const { template, main, library } = ground
  const { keep, subtasks, output = template.output } = written
  const { otherwise: _, ...own } = template
  const before = certainBefore(template, written)
  const there = template.subtasks.filter(({ id }) => before.has(id) || keep.includes(id))
  const asOne: Template = { ...own, subtasks: [...there, ...subtasks], output }
  const laid = layIn(asOne, library)
  const condition = conditionOf(ground, written, there)
  const placeOf = placing(there.length, at)
  const faults = [
    ...laid.faults.map(fault => ({ ...fault, path: placeOf(fault.path) ?? [...at, 'keep'] })),
    ...condition.faults.map(fault => ({ ...fault, path: [...at, 'when'] })),
  ]
  if (faults.length > 0) return { faults, fallback: null }
  const added = laid.nodes.flatMap(each => {
    const path = placeOf(each.path)
    return path ? [{ ...each, path }] : []
  })
  const planned = plannedOf(ground, written, { nodes: added.map(({ node }) => node), output: laid.output, condition })
  const paid = [...main.nodes.filter(({ path }) => mayBePaid(template, written, Number(path[1]))), ...added]
  return { faults: [], fallback: { planned, added, template: asOne, laid, placeOf, paid } }
}

/** What has ended for certain when the occasion comes. */
function certainBefore({ subtasks }: Template, { failed, after }: Written): ReadonlySet<string> {
  const preceding = (id: string) => precedingIds(subtasks, subtasks.find(node => node.id === id)!)
  if (after) return new Set(after.flatMap(id => [id, ...preceding(id)]))
  return failed!.map(preceding).reduce((all, each) => all.intersection(each))
}

/** The condition, as the whole plan says it: it is laid in as that of a node which sees what has ended. */
function conditionOf({ template, library }: Ground, { id, after, when }: Written, there: readonly Node[]) {
  if (!after || when === undefined) return { when: undefined, faults: [] }
  const { otherwise: _, ...own } = template
  const asked: Node = { id, title: '', after, when, wait: { ms: 1 } }
  const { nodes, faults } = layIn({ ...own, subtasks: [...there, asked], output: '`null`' }, library)
  return { when: nodes.at(-1)?.node.when, faults }
}

type Parts = Pick<LaidPlan, 'output'> & { nodes: Laid['node'][]; condition: { when: string | undefined } }

function plannedOf({ template, main }: Ground, written: Written, { nodes, output, condition }: Parts): Planned {
  const { id, title, failed, after, keep } = written
  const idsOf = (ids: readonly string[]) =>
    main.nodes.filter(({ path }) => ids.includes(template.subtasks[Number(path[1])]!.id)).map(({ node }) => node.id)
  const [waits, asks] = [nodes.filter(isWait), nodes.filter(isAsk)]
  return {
    id,
    title,
    ...(failed ? { failed: idsOf(failed) } : { after: idsOf(after!), when: condition.when }),
    keep: idsOf(keep),
    subtasks: nodes.filter(isWork),
    ...(waits.length > 0 ? { waits } : {}),
    ...(asks.length > 0 ? { asks } : {}),
    output,
  }
}

/** Not what waits for all of the occasion, since it cannot have begun, nor the one subtask that failed. */
function mayBePaid({ subtasks }: Template, { failed, after, keep }: Written, place: number): boolean {
  const node = subtasks[place]!
  if (keep.includes(node.id)) return true
  const before = precedingIds(subtasks, node)
  if ((failed ?? after!).every(id => before.has(id))) return false
  return !(failed?.length === 1 && failed[0] === node.id && isWork(node) && !node.forEach)
}

function placing(there: number, at: Path): (path: Path) => Path | null {
  return ([root, place, ...below]) => {
    if (root !== 'subtasks') return [...at, ...(root === 'output' ? ['output'] : [])]
    if (typeof place !== 'number') return [...at, 'subtasks']
    return place < there ? null : [...at, 'subtasks', place - there, ...below]
  }
}

function occasionFaults({ subtasks }: Template, { failed = [], after = [], keep }: Written, at: Path): Fault[] {
  const known = subtasks.map(({ id }) => id)
  const named = Object.entries({ failed, after, keep }).flatMap(([field, ids]) =>
    ids.flatMap((id, place): Fault[] => {
      if (!known.includes(id)) {
        const what = `there is no subtask ${id}`
        return [invalid([...at, field, place], what, `Name one of ${known.join(', ')}.`)]
      }
      if (field !== 'keep' || !failed.includes(id)) return []
      return [invalid([...at, field, place], `${id} is what has failed`, 'Take it out of `keep`.')]
    }),
  )
  return named
}

/** An id is used once, in whatever plan: what agents sign names it. */
function nameFaults(main: LaidPlan, fallbacks: readonly LaidFallback[]): Fault[] {
  const used = new Set(main.nodes.flatMap(({ node }) => idsOf(node)))
  const ids = new Set<string>()
  return fallbacks.flatMap(({ planned, added }, place): Fault[] => {
    const twice = ids.has(planned.id)
    ids.add(planned.id)
    const clashes = added.flatMap(({ node, path }) => {
      const clash = idsOf(node).find(id => used.has(id))
      for (const id of idsOf(node)) used.add(id)
      return clash === undefined ? [] : [invalid([...path, 'id'], `${clash} is used twice`, 'Name it otherwise.')]
    })
    if (!twice) return clashes
    return [invalid(['otherwise', place, 'id'], `${planned.id} is used twice`, 'Name it otherwise.'), ...clashes]
  })
}

/** All that a node, its items and its compensation are called. */
function idsOf(node: Laid['node']): string[] {
  if (!isWork(node)) return [node.id]
  const items = Array.from({ length: node.forEach?.max ?? 0 }, (_, place) => childId(node.id, place))
  return [node.id, ...items, ...(node.compensate ? [node.id, ...items].map(undoId) : [])]
}
