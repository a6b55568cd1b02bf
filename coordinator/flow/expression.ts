import { compile, TreeInterpreter } from '@jmespath-community/jmespath'
import type { Json } from '../../protocol/canonical.ts'
import { isJson } from '../../protocol/json.ts'

/**
 * The value of an expression; null when it fails on this data (a function given what it does not take), or gives what
 * JSON cannot carry: no number (`1 % 0`), or part of the engine (`input.constructor`).
 */
export type Evaluated = { readonly value: Json } | null

/**
 * JMESPath (https://jmespath.site): the language of input mappings and conditions. It has no clock, no randomness and
 * no side effects, so an expression in evidence gives the same value in whoever's hands.
 */
export function evaluate(expression: string, data: { readonly [name: string]: Json }): Evaluated {
  try {
    const value: unknown = TreeInterpreter.search(parsed(expression), data as never) ?? null
    return isJson(value) ? { value } : null
  } catch {
    return null
  }
}

/** Most expressions are of few templates, and evaluated again and again. */
const trees = new Map<string, ReturnType<typeof compile>>()
const mostTrees = 4_096

function parsed(expression: string): ReturnType<typeof compile> {
  const known = trees.get(expression)
  if (known) return known
  const tree = compile(expression)
  if (trees.size === mostTrees) trees.clear()
  trees.set(expression, tree)
  return tree
}

/** Why an expression cannot be compiled, or null when it can. */
export function expressionFault(expression: string): string | null {
  try {
    compile(expression)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
