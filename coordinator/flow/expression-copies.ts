import type { compile } from '@jmespath-community/jmespath'

type Node = ReturnType<typeof compile>

/** Far more than anybody writes by hand; few enough to be gone through at once. */
export const mostCopies = 100_000

/**
 * How many copies of what it is given an expression may make, at most: what stands side by side adds up, what stands one after
 * the other multiplies. `[@,@]` makes two, and twenty of them in a row a million, in a hundred characters.
 */
export function copiesIn(node: Node): number {
  switch (node.type) {
    case 'Pipe':
    case 'Subexpression':
    case 'IndexExpression':
    case 'Projection':
    case 'ValueProjection':
      return copiesIn(node.left) * copiesIn(node.right)
    case 'FilterProjection':
      return copiesIn(node.left) * (copiesIn(node.condition) + copiesIn(node.right))
    case 'Flatten':
    case 'NotExpression':
      return copiesIn(node.child)
    case 'ExpressionReference':
      return copiesIn(node.child)
    case 'MultiSelectList':
    case 'Function':
      return sum(node.children)
    case 'MultiSelectHash':
      return sum(node.children.map(({ value }) => value))
    case 'AndExpression':
    case 'OrExpression':
    case 'Comparator':
    case 'Arithmetic':
      return copiesIn(node.left) + copiesIn(node.right)
    case 'Ternary':
      return sum([node.condition, node.trueExpr, node.falseExpr])
    case 'LetExpression':
      return sum(node.bindings.map(({ reference }) => reference)) * copiesIn(node.expression)
    default:
      return 1
  }
}

function sum(nodes: readonly Node[]): number {
  return nodes.reduce((copies, node) => copies + copiesIn(node), 0) || 1
}
