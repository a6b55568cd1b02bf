import type { Halt, Subtask } from '../../../protocol/plan.ts'
import { anyField, type RestrictedPlace, restrictedPlaces } from '../../../protocol/restricted-places.ts'
import { isReplicated } from '../grow.ts'
import { nothing, objectOf, type Source, sourceAt, sourcesOf, type Trace, traceOf } from '../policy/trace.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { type Laid, type LaidPlan, placeIn } from './lay-in.ts'
import type { OfferOf } from './offer.ts'
import { isAsk, isWait, isWork } from './structure.ts'

/** An expression, what it sees, and what becomes of its value: it is handed on, or the coordinator itself reads it. */
interface Place {
  readonly path: Path
  readonly expression: string
  readonly scope: Trace
  readonly read: boolean
}

/**
 * What nobody but its receiver can read, no expression may look into: a sealed value can be handed on whole, and nothing
 * else. And replicas of it are never alike, for each is sealed under a key of its own.
 */
export function sealFaults({ nodes, output }: LaidPlan, offerOf: OfferOf): Fault[] {
  const sealed = new Map(
    nodes.map(({ node }) => [node.id, isWork(node) ? placesOfSkill(node.skill, offerOf) : []] as const),
  )
  if ([...sealed.values()].every(places => places.length === 0)) return []
  const outputs = objectOf(Object.fromEntries(nodes.map(({ node }) => [node.id, sourceAt('outputs', node.id)])))
  const scope = { input: sourceAt('input'), params: sourceAt('params'), outputs }
  const places = [
    ...nodes.flatMap(laid => placesOf(laid, scope)),
    { path: ['output'], expression: output, scope: objectOf(scope), read: false },
  ]
  return [
    ...places.flatMap(place => faultsOf(place, sealed)),
    ...nodes.flatMap(laid => replicaFaults(laid, sealed.get(laid.node.id)!)),
  ]
}

function placesOfSkill(skill: string, offerOf: OfferOf): RestrictedPlace[] {
  return (offerOf(skill).outputSchemas ?? []).flatMap(schema => restrictedPlaces(schema))
}

type Scope = { readonly [name: string]: Trace }

function placesOf(laid: Laid, scope: Scope): Place[] {
  const { node } = laid
  const read = (field: string, expression: string | undefined, more: Scope = {}): Place[] =>
    expression === undefined
      ? []
      : [{ path: placeIn(laid, field), expression, scope: objectOf({ ...scope, ...more }), read: true }]
  return [...read('when', node.when), ...(isWork(node) ? workPlaces(laid, node, scope, read) : haltPlaces(node, read))]
}

function workPlaces(laid: Laid, node: Subtask, scope: Scope, read: Reads): Place[] {
  const { input, forEach, approval, compensate, id } = node
  const item = forEach ? { [forEach.as]: traceOf(forEach.items, objectOf(scope)), index: nothing } : {}
  const own = { output: sourceAt('outputs', id) }
  const handed = (field: string, expression: string, more: Scope): Place => ({
    path: placeIn(laid, field),
    expression,
    scope: objectOf({ ...scope, ...more }),
    read: false,
  })
  return [
    handed('input', input, item),
    ...(compensate ? [handed('compensate', compensate.input, { ...item, ...own })] : []),
    // Its items are handed on; that it is a list has to be seen.
    ...(forEach ? read('forEach', `(${forEach.items})[]`).map(place => ({ ...place, read: false })) : []),
    ...read('approval', approval?.when, own),
  ]
}

type Reads = (field: string, expression: string | undefined, more?: Scope) => Place[]

function haltPlaces(node: Halt, read: Reads): Place[] {
  if (isWait(node)) {
    const { wait } = node
    if ('until' in wait) return read('wait', wait.until)
    return 'event' in wait ? [...read('wait', wait.match, { payload: nothing }), ...read('wait', wait.from)] : []
  }
  if (!isAsk(node)) return []
  const { question, show, from } = node.ask
  return [
    ...read('ask', typeof question === 'string' ? undefined : question.expression),
    ...read('ask', show),
    ...read('ask', typeof from === 'string' ? from : undefined),
  ]
}

function faultsOf({ path, expression, scope, read }: Place, sealed: ReadonlyMap<string, RestrictedPlace[]>): Fault[] {
  const found = new Set<string>()
  for (const { path: source, whole } of sourcesOf(traceOf(expression, scope))) {
    const [root, id, ...fields] = source
    if (root !== 'outputs') continue
    const ids = id === undefined ? [...sealed.keys()] : [id]
    for (const each of ids)
      for (const place of sealed.get(each) ?? [])
        if (looksInto(fields, place.fields, { whole: whole || read })) found.add([each, ...place.fields].join('.'))
  }
  return [...found].map(name => {
    const what = `\`${expression}\` looks into outputs.${name}, which is sealed: only who is given it can read it`
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
