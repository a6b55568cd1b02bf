import type { Subtask } from '../../../protocol/plan.ts'
import type { Template } from '../../../protocol/template.ts'
import { mostReplicas } from '../grow.ts'
import { inputScope, kindFaults } from './expressions.ts'
import { type Fault, invalid, type Path } from './fault.ts'
import { misfits } from './fits.ts'
import { inferShape } from './infer.ts'
import { type Laid, type LaidPlan, placeIn } from './laid.ts'
import type { OfferOf } from './offer.ts'
import { anyOf, nothing, type Shape, shapeOf, unknown } from './shape.ts'
import { isAsk, isWait, isWork, type Node } from './structure.ts'

/** Every skill is offered, in as many domains as replicas are asked for. */
export function offerFaults(nodes: readonly Laid[], offerOf: OfferOf): Fault[] {
  return nodes.flatMap((laid): Fault[] => {
    const { node } = laid
    if (!isWork(node)) return []
    const { skill, compensate } = node
    const replicas = mostReplicas(node)
    const unknownSkills = [
      ...unofferedFaults(skill, placeIn(laid, 'skill'), offerOf),
      ...(compensate ? unofferedFaults(compensate.skill, placeIn(laid, 'compensate'), offerOf) : []),
    ]
    const { domains } = offerOf(skill)
    if (unknownSkills.length > 0 || domains >= replicas) return unknownSkills
    const what = `${replicas} replicas in as many domains are asked for, ${domains} offer ${skill}`
    return [invalid(placeIn(laid, 'replicas'), what, `Ask for at most ${domains}.`)]
  })
}

function unofferedFaults(skill: string, path: Path, offerOf: OfferOf): Fault[] {
  const { domains, nearest } = offerOf(skill)
  if (domains > 0) return []
  const hint = nearest.length > 0 ? `; the nearest are ${nearest.join(', ')}` : ''
  const what = `no active agent offers ${skill}${hint}`
  return [{ path, code: 'SKILL_UNKNOWN', what, toDo: 'Use a skill that an active agent offers.' }]
}

/**
 * What a template was last found to fit, the templates laid in and the schemas on offer: it is planned again and again while
 * its agents stay the same.
 */
const fitting = new WeakMap<Template, readonly unknown[]>()

/** What each expression gives is what the skill takes, as far as the schemas tell. */
export function schemaFitFaults(template: Template, laid: LaidPlan, offerOf: OfferOf): Fault[] {
  const schemas = laid.nodes.flatMap(({ node }): unknown[] => {
    if (!isWork(node)) return []
    const { inputSchemas = [], outputSchemas = [] } = offerOf(node.skill)
    return [node.skill, ...inputSchemas, ...outputSchemas]
  })
  const fit = [...laid.uses.map(({ hash }) => hash), ...schemas]
  const before = fitting.get(template)
  if (before?.length === fit.length && before.every((each, index) => each === fit[index])) return []
  const faults = misfitFaults(template, laid, offerOf)
  if (faults.length === 0) fitting.set(template, fit)
  return faults
}

function misfitFaults(template: Template, { nodes }: LaidPlan, offerOf: OfferOf): Fault[] {
  const flat: Template = { ...template, subtasks: nodes.map(({ node }) => node) }
  const shapeOfOutput = (node: Node): Shape => outputShape(node, offerOf)
  const kinds = kindFaults(flat, shapeOfOutput).map(fault => {
    const laid = nodes[Number(fault.path[1])]
    // The path is in the plan as a whole; the author's is that of what it comes from.
    return laid
      ? { ...fault, path: [...placeIn(laid, `${fault.path[2]}`), ...(laid.nested ? [] : fault.path.slice(3))] }
      : fault
  })
  const fits = nodes.flatMap(laid => {
    const { node } = laid
    if (!isWork(node)) return []
    const given = inferShape(node.input, inputScope(flat, node, shapeOfOutput))
    const found = (offerOf(node.skill).inputSchemas ?? []).map(schema => misfits(given, schema))
    // Who is asked is not known yet: only what nobody takes is a fault.
    if (found.length === 0 || found.some(each => each.length === 0)) return []
    return found[0]!.map(misfit => misfitFault(node, placeIn(laid, 'input'), misfit))
  })
  return [...kinds, ...fits]
}

function misfitFault(
  { id, skill }: Subtask,
  path: Path,
  { path: field, why }: { path: readonly string[]; why: string },
) {
  const name = field.length > 0 ? `${field.join('.').replaceAll('.[]', '[]')}: ` : ''
  return invalid(path, `${id} gives ${skill} what it does not take: ${name}${why}`, 'Give what its input schema says.')
}

/** What a node's output can be: null when it is skipped. */
function outputShape(node: Node, offerOf: OfferOf): Shape {
  const given = isWait(node) ? waitShape(node) : isWork(node) ? workShape(node, offerOf) : askShape(node)
  return node.when === undefined ? given : anyOf([given, nothing])
}

function workShape({ skill, forEach }: Subtask, offerOf: OfferOf): Shape {
  const { outputSchemas = [] } = offerOf(skill)
  const one = anyOf(outputSchemas.map(schema => shapeOf(schema)))
  return forEach ? { kind: 'array', items: one } : one
}

/** What a person may answer is what the question's schema allows. */
function askShape(node: Node): Shape {
  return isAsk(node) ? shapeOf(node.ask.answer) : unknown
}

/** Where silence is no failure, nothing may come. */
function waitShape({ wait }: Extract<Node, { wait: unknown }>): Shape {
  if (!('event' in wait)) return nothing
  const told = shapeOf(wait.payload)
  return wait.onSilence === 'continue' ? anyOf([told, nothing]) : told
}
