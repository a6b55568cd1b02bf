import { compile } from '@jmespath-community/jmespath'
import type { Json } from '../../protocol/canonical.ts'
import { isJson } from '../../protocol/json.ts'
import { boundedSearch } from './bounded-search.ts'
import { copiesIn, mostCopies } from './expression-copies.ts'
import { outputsNamedIn } from './expression-outputs.ts'

/**
 * The value of an expression; null when it fails on this data (a function given what it does not take), or gives what
 * JSON cannot carry: no number (`1 % 0`), or part of the engine (`input.constructor`); or when it takes more steps, or makes more,
 * than anybody can wait for.
 */
export type Evaluated = { readonly value: Json } | null

/**
 * JMESPath (https://jmespath.site): the language of input mappings and conditions. It has no clock, no randomness and
 * no side effects, so an expression in evidence gives the same value in whoever's hands.
 */
export function evaluate(expression: string, data: { readonly [name: string]: Json }): Evaluated {
  try {
    const value: unknown = boundedSearch(parsed(expression).tree, data as never) ?? null
    return isJson(value) ? { value } : null
  } catch {
    return null
  }
}

/** The ids of all outputs on which its value hangs; null where it may hang on any, and where it cannot be compiled. */
export function outputsNamed(expression: string): ReadonlySet<string> | null {
  try {
    return parsed(expression).outputs
  } catch {
    return null
  }
}

interface Parsed {
  readonly tree: ReturnType<typeof compile>
  readonly outputs: ReadonlySet<string> | null
}

/** Most expressions are of few templates, and evaluated again and again. */
const known = new Map<string, Parsed>()
const mostKnown = 4_096

function parsed(expression: string): Parsed {
  const before = known.get(expression)
  if (before) return before
  const tree = compile(expression)
  const parsed = { tree, outputs: outputsNamedIn(tree) }
  if (known.size === mostKnown) known.clear()
  known.set(expression, parsed)
  return parsed
}

/** Why an expression cannot be compiled, or may copy what it is given over and over; null when it can, and does not. */
export function expressionFault(expression: string, most = mostCopies): string | null {
  try {
    return copiesIn(compile(expression)) > most ? `it may copy what it is given more than ${most} times over` : null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
