import { compile } from '@jmespath-community/jmespath'
import type { Json } from '../../../protocol/canonical.ts'
import { anyOf, nothing, objectOf, type Shape, shapeOfValue, unknown } from './shape.ts'

/** A name that an expression reads where there is none: `of` is what it was looked for in. */
export interface Missing {
  readonly of: string
  readonly name: string
}

type Node = ReturnType<typeof compile>

/**
 * The shape of what an expression gives, from the shapes of what it is given. Where JMESPath's rules leave it open the
 * shape is unknown.
 *
 * @param onMissing is told each read of a name that is in no scope
 * @throws for what does not compile
 */
export function inferShape(expression: string, scope: Shape, onMissing: (missing: Missing) => void = () => {}): Shape {
  return inferNode(compile(expression), scope, { root: scope, onMissing })
}

/** Whether an expression reads `$`, the whole of what it was given. */
export function readsRoot(expression: string): boolean {
  const visit = (node: unknown): boolean => {
    if (typeof node !== 'object' || node === null) return false
    if ((node as { type?: string }).type === 'Root') return true
    if ((node as { type?: string }).type === 'Literal') return false
    return Object.values(node).some(visit)
  }
  return visit(compile(expression))
}

interface Context {
  readonly root: Shape
  readonly onMissing: (missing: Missing) => void
}

function inferNode(node: Node, current: Shape, context: Context): Shape {
  const go = (each: Node, on = current) => inferNode(each, on, context)
  switch (node.type) {
    case 'Identity':
    case 'Current':
      return current
    case 'Root':
      return context.root
    case 'Literal':
      return shapeOfValue((node.value ?? null) as Json)
    case 'Field':
      return fieldOf(current, node.name, context)
    case 'Subexpression': {
      const left = go(node.left)
      // Nothing is read of null; a pipe goes on with it.
      if (left.kind === 'unknown') return anyOf([go(node.right, left), nothing])
      return each(left, shape => (shape.kind === 'null' ? nothing : go(node.right, shape)))
    }
    case 'Pipe':
    case 'IndexExpression':
      return go(node.right, go(node.left))
    case 'Index':
      return each(current, shape => (shape.kind === 'array' ? anyOf([shape.items, nothing]) : nothing))
    case 'Slice':
      return each(current, shape => (shape.kind === 'array' || shape.kind === 'string' ? shape : nothing))
    case 'MultiSelectHash':
      return objectOf(Object.fromEntries(node.children.map(({ name, value }) => [name, go(value)])))
    case 'MultiSelectList':
      return { kind: 'array', items: anyOf(node.children.map(child => go(child))) }
    case 'Projection':
      return projected(go(node.left), item => go(node.right, item))
    case 'FilterProjection':
      return projected(go(node.left), item => {
        go(node.condition, item)
        return go(node.right, item)
      })
    case 'ValueProjection':
      return projected(each(go(node.left), valuesOf), item => go(node.right, item))
    case 'Flatten':
      return each(go(node.child), shape => (shape.kind === 'array' ? flattened(shape.items) : nothing))
    case 'Comparator':
      go(node.left)
      go(node.right)
      return node.name === 'EQ' || node.name === 'NE' ? { kind: 'boolean' } : anyOf([{ kind: 'boolean' }, nothing])
    case 'NotExpression':
      go(node.child)
      return { kind: 'boolean' }
    case 'AndExpression':
    case 'OrExpression':
      return anyOf([go(node.left), go(node.right)].map(general))
    case 'Ternary':
      go(node.condition)
      return anyOf([go(node.trueExpr), go(node.falseExpr)])
    case 'Arithmetic':
      go(node.left)
      go(node.right)
      return unknown
    case 'Function':
      for (const child of node.children) if (child.type !== 'ExpressionReference') go(child)
      return results[node.name] ?? unknown
    default:
      return unknown
  }
}

function fieldOf(shape: Shape, name: string, { onMissing }: Context): Shape {
  return each(shape, one => {
    if (one.kind !== 'object') return nothing
    if (Object.hasOwn(one.fields, name)) return one.fields[name]!
    if (one.called !== undefined) onMissing({ of: one.called, name })
    return one.open ? unknown : nothing
  })
}

/** The same question asked of each shape that a value may have. */
function each(shape: Shape, ask: (shape: Exclude<Shape, { kind: 'any' | 'unknown' }>) => Shape): Shape {
  if (shape.kind === 'unknown') return unknown
  return shape.kind === 'any' ? anyOf(shape.of.map(one => each(one, ask))) : ask(shape)
}

/** A list of what each item gives; what gives null is left out. Anything but a list gives null. */
function projected(list: Shape, give: (item: Shape) => Shape): Shape {
  return each(list, shape => {
    // A slice of a text is a text.
    if (shape.kind === 'string') return unknown
    if (shape.kind !== 'array') return nothing
    const given = give(shape.items)
    return { kind: 'array', items: given.kind === 'any' ? anyOf(given.of.filter(one => one.kind !== 'null')) : given }
  })
}

function valuesOf(shape: Shape): Shape {
  if (shape.kind !== 'object') return nothing
  return { kind: 'array', items: shape.open ? unknown : anyOf(Object.values(shape.fields)) }
}

function flattened(items: Shape): Shape {
  const parts = items.kind === 'any' ? items.of : [items]
  return { kind: 'array', items: anyOf(parts.map(one => (one.kind === 'array' ? one.items : one))) }
}

/** `a || b` gives `a` only when it is true, so its value says nothing of the whole. */
function general(shape: Shape): Shape {
  return 'value' in shape ? { kind: shape.kind } : shape
}

/** What functions give, where it does not hang on what they are given. */
const results: { readonly [name: string]: Shape } = {
  abs: { kind: 'number' },
  ceil: { kind: 'integer' },
  contains: { kind: 'boolean' },
  ends_with: { kind: 'boolean' },
  floor: { kind: 'integer' },
  join: { kind: 'string' },
  keys: { kind: 'array', items: { kind: 'string' } },
  length: { kind: 'integer' },
  lower: { kind: 'string' },
  replace: { kind: 'string' },
  split: { kind: 'array', items: { kind: 'string' } },
  starts_with: { kind: 'boolean' },
  sum: { kind: 'number' },
  to_string: { kind: 'string' },
  trim: { kind: 'string' },
  type: { kind: 'string' },
  upper: { kind: 'string' },
}
