import { type compile, TreeInterpreter } from '@jmespath-community/jmespath'
import { trimEnd } from './trim-end.ts'

/** Nodes that are visited, and values that functions go through: some tenths of a second. */
const mostSteps = 4_000_000
/** Of one value, in characters and values: more than a message can carry. */
const mostWeight = 16_777_216
/** What was made in so few steps is no more than as many times what was given: not worth weighing. */
const fewSteps = 16
/** Characters that are gone through in the time of a step. */
const perStep = 16
/** Characters that are compared in the time of a step, where a text is looked for in another. */
const comparedPerStep = 1_024

type Node = ReturnType<typeof compile>
type Value = Parameters<typeof TreeInterpreter.search>[1]
type Visited = ReturnType<typeof TreeInterpreter.visit>
type Argument = Value | Node

let stepsLeft = 0
/** Of what was built, or given: values are shared, and each is weighed once. */
let weights = new WeakMap<object, number>()

/**
 * What an expression gives, or a failure once it has taken so many steps, or makes so much of what it is given, that whoever
 * evaluates it would stand still. Steps are counted and no clock is read, so that it fails for everybody or for nobody.
 *
 * @throws RangeError of steps or size; and whatever the library throws
 */
export function boundedSearch(tree: Node, data: Value): Value {
  stepsLeft = mostSteps
  weights = new WeakMap()
  const value = interpreter.search(tree, data)
  if (mostSteps - stepsLeft > fewSteps) weigh(value)
  return value
}

const Interpreter = TreeInterpreter.constructor as new () => typeof TreeInterpreter

class BoundedInterpreter extends Interpreter {
  constructor() {
    super()
    const { runtime } = this
    const call = runtime.callFunction.bind(runtime)
    runtime.callFunction = (name, given) => {
      spend(costOf(name, given))
      const made = endsTrimmed(name, given, call)
      spend(sizeOf(made))
      return made
    }
  }

  override withScope(scope: Parameters<typeof TreeInterpreter.withScope>[0]) {
    const inner = super.withScope(scope)
    // The library makes one of its own kind; its functions are this one's.
    inner.visit = BoundedInterpreter.prototype.visit
    inner.withScope = BoundedInterpreter.prototype.withScope
    inner.runtime.callFunction = this.runtime.callFunction
    return inner
  }

  override visit(node: Node, value: Argument): Visited {
    spend(node.type === 'Slice' ? 1 + sizeOf(value as Value) : 1)
    const made = Interpreter.prototype.visit.call(
      this,
      node.type === 'Comparator' ? weighed(this, node, value) : node,
      value,
    )
    if (node.type === 'Flatten') spend(sizeOf(made as Value))
    return made
  }
}

/** Two values are compared to their depths, as far as they are equal. */
function weighed(at: BoundedInterpreter, node: Extract<Node, { type: 'Comparator' }>, value: Argument): Node {
  const [left, right] = [at.visit(node.left, value), at.visit(node.right, value)] as [Value, Value]
  spend(Math.min(weigh(left), weigh(right)) / perStep)
  return { ...node, left: { type: 'Literal', value: left }, right: { type: 'Literal', value: right } }
}

function spend(steps: number): void {
  stepsLeft -= steps
  if (!(stepsLeft >= 0)) throw new RangeError('the expression takes too many steps')
}

type Call = typeof TreeInterpreter.runtime.callFunction

/** What a function gives; but ends of texts are cut off here, and not by the library. */
function endsTrimmed(name: string, given: Parameters<Call>[1], call: Call): ReturnType<Call> {
  const [subject, among, ...more] = given
  const isTrim = name === 'trim' || name === 'trim_right'
  // What it does not take the library refuses.
  const isTaken = typeof subject === 'string' && (among === undefined || typeof among === 'string') && more.length === 0
  if (!isTrim || !isTaken) return call(name, given)
  const cut = trimEnd(subject, among)
  return name === 'trim' ? call('trim_left', [cut, ...given.slice(1)]) : cut
}

/** How far a function goes into what it is given, and how much it may make of it. */
function costOf(name: string, given: readonly Argument[]): number {
  const [subject, search, by, count] = given
  if (name === 'to_string') return weigh(subject as Value) / perStep
  const looked = (lengthOf(subject) * lengthOf(search)) / comparedPerStep
  if (name === 'replace') return (lengthOf(subject) * lengthOf(by) + looked) * Math.max(1, Number(count ?? 1))
  if (name === 'split') return lengthOf(subject) + looked
  if (name === 'trim' || name === 'trim_right') return lengthOf(subject)
  if (name === 'join') return lengthOf(subject) * (Array.isArray(search) ? search.length : 1)
  if (name === 'pad_left' || name === 'pad_right') return Math.abs(Number(search))
  const own = given.reduce<number>((cost, each) => cost + sizeOf(each as Value), 1)
  return name === 'contains' || name === 'find_first' || name === 'find_last' ? own + looked : own
}

function lengthOf(value: Argument | undefined): number {
  return typeof value === 'string' ? 1 + value.length : 1
}

/** As much as a look at each of its parts takes, and at none of theirs. */
function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length / perStep
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 1
}

/** All that is in it. */
function weigh(value: Value): number {
  const weight = weightOf(value)
  if (weight > mostWeight) throw new RangeError('what the expression makes is too large')
  return weight
}

function weightOf(value: Value): number {
  if (typeof value === 'string') return 1 + value.length
  if (typeof value !== 'object' || value === null) return 1
  const known = weights.get(value)
  if (known !== undefined) return known
  const weight = Array.isArray(value)
    ? value.reduce((sum: number, item) => sum + weightOf(item), 1)
    : Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + weightOf(inner as Value), 1)
  weights.set(value, weight)
  return weight
}

const interpreter = new BoundedInterpreter()
