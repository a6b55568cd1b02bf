import { compile } from '@jmespath-community/jmespath'

/** A place in what an expression is given: the field of the scope, and the fields below it. Lists are looked through. */
export interface Source {
  readonly path: readonly string[]
  /** All that lies there was read, and what came of it is another value: no field below it narrows this. */
  readonly whole: boolean
}

/** What a value may have been made of: places as they are, and objects that the expression builds. */
export interface Trace {
  readonly sources: readonly Source[]
  readonly objects: readonly { readonly [field: string]: Trace }[]
}

type Node = ReturnType<typeof compile>

export const nothing: Trace = { sources: [], objects: [] }

export const sourceAt = (...path: string[]): Trace => ({ sources: [{ path, whole: false }], objects: [] })

/** An object with a trace for each field: the scope of an expression. */
export const objectOf = (fields: { readonly [field: string]: Trace }): Trace => ({ sources: [], objects: [fields] })

/**
 * Where the value of an expression may come from, without evaluating it: never less than it reads, sometimes more. What
 * only conditions read counts too, since the value tells of it.
 */
export function traceOf(expression: string, scope: Trace): Trace {
  return follow(compile(expression), scope, scope)
}

/** All places that a trace is made of. */
export function sourcesOf({ sources, objects }: Trace): Source[] {
  return [...sources, ...objects.flatMap(fields => Object.values(fields).flatMap(sourcesOf))]
}

function follow(node: Node, current: Trace, root: Trace): Trace {
  const go = (each: Node, on = current) => follow(each, on, root)
  switch (node.type) {
    case 'Identity':
    case 'Current':
      return current
    case 'Root':
      return root
    case 'Literal':
      return nothing
    case 'Field':
      return fieldOf(current, node.name)
    case 'Subexpression':
    case 'Pipe':
    case 'IndexExpression':
    case 'Projection':
      return go(node.right, go(node.left))
    case 'Index':
    case 'Slice':
      return current
    case 'Flatten':
      return go(node.child)
    case 'FilterProjection': {
      const items = go(node.left)
      return union(go(node.right, items), whole(go(node.condition, items)))
    }
    case 'ValueProjection':
      return go(node.right, valuesOf(go(node.left)))
    case 'MultiSelectHash':
      return objectOf(Object.fromEntries(node.children.map(({ name, value }) => [name, go(value)])))
    case 'MultiSelectList':
      return union(...node.children.map(child => go(child)))
    case 'AndExpression':
    case 'OrExpression': {
      const left = go(node.left)
      return union(left, whole(left), go(node.right))
    }
    case 'Ternary':
      return union(whole(go(node.condition)), go(node.trueExpr), go(node.falseExpr))
    default:
      // What functions, comparisons and the rest make of what they read is another value.
      return whole(readsBelow(node, current, root))
  }
}

/** All that a node may read, of whatever kind it is; what is not known of it, it may read everything. */
function readsBelow(node: Node, current: Trace, root: Trace): Trace {
  const go = (each: Node) => follow(each, current, root)
  switch (node.type) {
    case 'Comparator':
    case 'Arithmetic':
      return union(go(node.left), go(node.right))
    case 'NotExpression':
      return go(node.child)
    case 'Function':
      // An expression that is passed on sees parts of the other arguments, which count whole; or names the root.
      return union(
        ...node.children.map(child =>
          child.type === 'ExpressionReference' ? (namesRoot(child) ? union(current, root) : nothing) : go(child),
        ),
      )
    default:
      return union(current, root)
  }
}

function namesRoot(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  const { type } = node as { type?: string }
  return type === 'Root' || (type !== 'Literal' && Object.values(node).some(namesRoot))
}

function fieldOf({ sources, objects }: Trace, name: string): Trace {
  const below = sources.map(source => (source.whole ? source : { path: [...source.path, name], whole: false }))
  return union(
    { sources: below, objects: [] },
    ...objects.map(fields => (Object.hasOwn(fields, name) ? fields[name]! : nothing)),
  )
}

function valuesOf({ sources, objects }: Trace): Trace {
  return union(whole({ sources, objects: [] }), ...objects.flatMap(fields => Object.values(fields)))
}

function whole(trace: Trace): Trace {
  return { sources: sourcesOf(trace).map(({ path }) => ({ path, whole: true })), objects: [] }
}

function union(...traces: readonly Trace[]): Trace {
  return { sources: traces.flatMap(({ sources }) => sources), objects: traces.flatMap(({ objects }) => objects) }
}
