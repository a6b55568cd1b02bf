import type { Halt, Subtask } from '../../../protocol/plan.ts'
import { anyField, type RestrictedPlace, restrictedPlaces } from '../../../protocol/restricted-places.ts'
import type { Template } from '../../../protocol/template.ts'
import { isReplicated } from '../grow.ts'
import { nothing, objectOf, type Source, sourceAt, sourcesOf, type Trace, traceOf } from '../policy/trace.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { type Laid, type LaidPlan, placeIn } from './laid.ts'
import type { OfferOf } from './offer.ts'
import { isAsk, isWait, isWork } from './structure.ts'

/** An expression, what it sees, and what becomes of its value: it is handed on, or the coordinator itself reads it. */
interface Place {
  readonly path: Path
  readonly expression: string
  readonly scope: Trace
  readonly read: boolean
  /** What is sealed of what it alone sees. */
  readonly more: readonly Fields[]
}

/** The schemas of what a task is given from outside. */
type Given = Pick<Template, 'inputSchema' | 'parameters'>

/**
 * What nobody but its receiver can read, no expression may look into: a sealed value can be handed on whole, and nothing
 * else, whether a skill gives it, a task's input, a parameter, a signal or an answer. And replicas of it are never alike, for each is
 * sealed under a key of its own.
 * @param offerOf null where it is not known what skills give
 */
export function sealFaults(given: Given, { nodes, output }: LaidPlan, offerOf: OfferOf | null): Fault[] {
  const outputsOf = new Map(nodes.map(({ node }) => [node.id, placesOfNode(node, offerOf)] as const))
  const sealed = [...sealedIn(given), ...[...outputsOf].flatMap(([id, places]) => below(['outputs', id], places))]
  if (sealed.length === 0 && nodes.every(({ node }) => placesOfPayload(node).length === 0)) return []
  const outputs = objectOf(Object.fromEntries(nodes.map(({ node }) => [node.id, sourceAt('outputs', node.id)])))
  const scope = { input: sourceAt('input'), params: sourceAt('params'), outputs }
  const places = [
    ...nodes.flatMap(laid => placesOf(laid, scope)),
    { path: ['output'], expression: output, scope: objectOf(scope), read: false, more: [] },
  ]
  return [
    ...places.flatMap(place => faultsOf(place, [...sealed, ...place.more])),
    ...nodes.flatMap(laid => replicaFaults(laid, outputsOf.get(laid.node.id)!)),
  ]
}

/** Fields from the scope of an expression down to what is sealed. */
type Fields = readonly string[]

function sealedIn({ inputSchema, parameters = {} }: Given): Fields[] {
  return [
    ...below(['input'], inputSchema ? restrictedPlaces(inputSchema) : []),
    ...Object.entries(parameters).flatMap(([name, schema]) => below(['params', name], restrictedPlaces(schema))),
  ]
}

function below(root: Fields, places: readonly RestrictedPlace[]): Fields[] {
  return places.map(({ fields }) => [...root, ...fields])
}

/** What is sealed in what a node gives. */
function placesOfNode(node: Subtask | Halt, offerOf: OfferOf | null): RestrictedPlace[] {
  if (isAsk(node)) return restrictedPlaces(node.ask.answer)
  if (!isWork(node)) return placesOfPayload(node)
  return (offerOf?.(node.skill).outputSchemas ?? []).flatMap(schema => restrictedPlaces(schema))
}

function placesOfPayload(node: Subtask | Halt): RestrictedPlace[] {
  return isWait(node) && 'event' in node.wait && node.wait.payload ? restrictedPlaces(node.wait.payload) : []
}

type Scope = { readonly [name: string]: Trace }

function placesOf(laid: Laid, scope: Scope): Place[] {
  const { node } = laid
  const read = (field: string, expression: string | undefined, more: Scope = {}): Place[] =>
    expression === undefined
      ? []
      : [{ path: placeIn(laid, field), expression, scope: objectOf({ ...scope, ...more }), read: true, more: [] }]
  return [...read('when', node.when), ...(isWork(node) ? workPlaces(laid, node, scope, read) : haltPlaces(node, read))]
}

function workPlaces(laid: Laid, node: Subtask, scope: Scope, read: Reads): Place[] {
  const { input, forEach, approval, compensate, id, needs = {} } = node
  const item = forEach ? { [forEach.as]: traceOf(forEach.items, objectOf(scope)), index: nothing } : {}
  const own = { output: sourceAt('outputs', id) }
  const handed = (field: string, expression: string, more: Scope): Place => ({
    path: placeIn(laid, field),
    expression,
    scope: objectOf({ ...scope, ...more }),
    read: false,
    more: [],
  })
  return [
    handed('input', input, item),
    ...(compensate ? [handed('compensate', compensate.input, { ...item, ...own })] : []),
    // Its items are handed on; that it is a list has to be seen.
    ...(forEach ? read('forEach', `(${forEach.items})[]`).map(place => ({ ...place, read: false })) : []),
    ...read('approval', approval?.when, own),
    ...Object.values(needs).flatMap(units => read('needs', typeof units === 'string' ? units : undefined, item)),
  ]
}

type Reads = (field: string, expression: string | undefined, more?: Scope) => Place[]

function haltPlaces(node: Halt, read: Reads): Place[] {
  if (isWait(node)) {
    const { wait } = node
    if ('until' in wait) return read('wait', wait.until)
    if (!('event' in wait)) return []
    const more = below(['payload'], placesOfPayload(node))
    const matching = read('wait', wait.match, { payload: sourceAt('payload') }).map(place => ({ ...place, more }))
    return [...matching, ...read('wait', wait.from)]
  }
  if (!isAsk(node)) return []
  const { question, show, from } = node.ask
  return [
    ...read('ask', typeof question === 'string' ? undefined : question.expression),
    ...read('ask', show),
    ...read('ask', typeof from === 'string' ? from : undefined),
  ]
}

function faultsOf({ path, expression, scope, read }: Place, sealed: readonly Fields[]): Fault[] {
  const found = new Set<string>()
  for (const { path: source, whole } of sourcesOf(traceOf(expression, scope)))
    for (const fields of sealed) if (looksInto(source, fields, { whole: whole || read })) found.add(fields.join('.'))
  return [...found].map(name => {
    const what = `\`${expression}\` looks into ${name}, which is sealed: only who is given it can read it`
    return invalid(path, what, 'Hand it on whole, by its place; have its skill give beside it what must be decided by.')
  })
}

/** Below what is sealed there is nothing to see; what is read or computed from must neither be sealed nor hold what is. */
function looksInto(fields: Source['path'], sealed: readonly string[], { whole }: { readonly whole: boolean }): boolean {
  const common = Math.min(fields.length, sealed.length)
  const meets = fields.slice(0, common).every((field, depth) => field === sealed[depth] || sealed[depth] === anyField)
  return meets && (whole || fields.length > sealed.length)
}

function replicaFaults(laid: Laid, places: readonly RestrictedPlace[]): Fault[] {
  const { node } = laid
  if (!isWork(node) || !isReplicated(node)) return []
  // Keys are asked of the makers in one attempt, and each that is added makes one more.
  const isJudged = (schema: RestrictedPlace['schema']) =>
    node.grow || (schema.agree as { by?: string } | undefined)?.by !== 'ignore'
  const judged = places.filter(({ schema }) => isJudged(schema))
  return judged.map(({ fields }) => {
    const what = `replicas of ${node.skill} cannot agree on ${fields.join('.') || 'its output'}: each seals it under its own key`
    return invalid(placeIn(laid, 'replicas'), what, "Ask for one, or have the skill say agree: { by: 'ignore' } there.")
  })
}
