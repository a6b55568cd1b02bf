import type { Hex } from '../../../protocol/hash.ts'
import type { Halt, Subtask } from '../../../protocol/plan.ts'
import type { Template } from '../../../protocol/template.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { childId, maxIdLength } from './structure.ts'

/** Templates at hand, by content hash; where files are checked, by `name@version` too. */
export type Library = ReadonlyMap<string, { readonly template: Template; readonly hash: Hex }>

/** A node with the place in the template that it comes from. */
export interface Laid {
  readonly node: Subtask | Halt
  readonly path: Path
  /** It is a node of a template that `path` names. */
  readonly nested: boolean
}

/** The place of a field of a node; of a template within, what names it. */
export function placeIn({ path, nested }: Laid, field: string): Path {
  return [...path, nested ? 'plan' : field]
}

export interface LaidPlan {
  readonly nodes: readonly Laid[]
  readonly output: string
  /** Each template that was laid in, once. */
  readonly uses: readonly { name: string; version: string; hash: Hex }[]
  readonly faults: readonly Fault[]
}

export const maxNodes = 1_000

/** What can only be seen when all is laid in: how many, and that no two are called alike. */
export function wholeFaults(nodes: readonly Laid[]): Fault[] {
  const faults: Fault[] = []
  if (nodes.length > maxNodes) faults.push(invalid(['subtasks'], `${nodes.length} in all`, `Plan at most ${maxNodes}.`))
  const ids = new Set<string>()
  const children = new Set(
    nodes.flatMap(({ node }) =>
      'forEach' in node && node.forEach ? Array.from({ length: node.forEach.max }, (_, n) => childId(node.id, n)) : [],
    ),
  )
  for (const { node, path } of nodes) {
    const { id } = node
    const last = 'forEach' in node && node.forEach ? childId(id, node.forEach.max - 1) : id
    if (last.length > maxIdLength) {
      faults.push(invalid(path, `${last} has more than ${maxIdLength} characters`, 'Take shorter ids.'))
    }
    if (ids.has(id) || children.has(id)) faults.push(invalid(path, `${id} is used twice`, 'Take other ids.'))
    ids.add(id)
  }
  return faults
}
