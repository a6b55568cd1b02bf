import type { compile } from '@jmespath-community/jmespath'

type Node = ReturnType<typeof compile>

/**
 * The ids of the outputs that an expression names, as in `outputs.look.depth`: on others it does not hang. Null where it may see
 * them without naming each: by `outputs` as such, or by the whole of what it is given.
 */
export function outputsNamedIn(tree: Node): ReadonlySet<string> | null {
  const names = new Set<string>()
  return namesEach(tree, names) ? names : null
}

function namesEach(node: unknown, names: Set<string>): boolean {
  if (typeof node !== 'object' || node === null) return true
  const { type, left, right, name } = node as { type?: string; left?: Node; right?: Node; name?: string }
  switch (type) {
    case 'Literal':
      return true
    // Of a part of what it is given too: which of the two they stand for is not looked into.
    case 'Current':
    case 'Identity':
    case 'Root':
      return false
    case 'Field':
      return name !== 'outputs'
    case 'Subexpression':
      if (left?.type !== 'Field' || left.name !== 'outputs' || right?.type !== 'Field') break
      names.add(right.name)
      return true
  }
  return Object.values(node).every(each => namesEach(each, names))
}
