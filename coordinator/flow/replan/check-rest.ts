import type { Json } from '../../../protocol/canonical.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Schema } from '../../../protocol/parameters.ts'
import { haltsOf } from '../../../protocol/plan.ts'
import { sealedClass, sealsIn } from '../../../protocol/sealed.ts'
import type { Template } from '../../../protocol/template.ts'
import { type Fault, pathText } from '../check/fault.ts'
import type { Laid } from '../check/laid.ts'
import { layIn } from '../check/lay-in.ts'
import { budgetFaults } from '../check/limits.ts'
import type { OfferOf } from '../check/offer.ts'
import { sealFaults } from '../check/sealed.ts'
import { offerFaults, schemaFitFaults } from '../check/skills.ts'
import { isWork } from '../check/structure.ts'
import { costOf, heldBy } from '../price.ts'
import { hasEnded } from '../progress.ts'
import type { Task } from '../state.ts'
import { type Rest, replaceRest, restFaults } from './replace.ts'

export interface RestAgainst {
  readonly offerOf: OfferOf
  readonly inputSchema: Schema | undefined
  readonly atMs: number
}

/**
 * All that a plan is checked for, of another rest: structure and names, expressions over what is there, skills, schemas, and what is
 * left of budget and time.
 * @throws EntenteError PLAN_INVALID, SKILL_UNKNOWN, PLAN_OVER_BUDGET
 */
export function checkRest(task: Task, rest: Rest, { offerOf, inputSchema, atMs }: RestAgainst): void {
  const wrong = restFaults(task, rest, atMs)
  if (wrong.length > 0) throw new EntenteError('PLAN_INVALID', wrong.join('; '))
  const asOne = asTemplate(task, rest, inputSchema)
  const laid = layIn(asOne, new Map())
  refuse(laid.faults)
  const isNew = new Set(rest.subtasks.map(({ id }) => id))
  const added = laid.nodes.filter(({ node }) => isNew.has(node.id))
  refuse(offerFaults(added, offerOf))
  const unfit = [...schemaFitFaults(asOne, laid, offerOf), ...sealFaults(asOne, laid, offerOf)]
  refuse(unfit.filter(({ path }) => isNewAt(asOne, path, isNew)))
  const { feeBps } = task.submitted!.terms
  const begun = laid.nodes.filter(({ node }) => (task.subtasks.get(node.id)?.attempts ?? 0) > 0)
  const unbegun = laid.nodes.filter(each => !begun.includes(each) && !hasEnded(task.subtasks.get(each.node.id)))
  refuse(budgetFaults(unbegun, offerOf, { budget: leftOf(task, rest, begun, offerOf), feeBps }))
}

/** The new plan as a template, so that expressions are checked as anywhere; items of lists are in their lists. */
function asTemplate(task: Task, rest: Rest, inputSchema: Schema | undefined): Template {
  const made = replaceRest(task, rest)
  const { name, version } = made.template
  const subtasks = [...made.subtasks, ...haltsOf(made)].filter(({ id }) => !task.subtasks.get(id)?.part)
  const parameters = Object.fromEntries(
    Object.entries(made.params ?? {}).map(([each, value]) => [each, marksOf(value)]),
  )
  const known = { ...(inputSchema ? { inputSchema: { ...inputSchema } } : {}), parameters }
  return { name, version, title: name, description: '', ...known, subtasks, output: made.output }
}

/** As much of a parameter's schema as its value shows: what is sealed in it. */
function marksOf(value: Json): Schema {
  const below = (fields: readonly string[]) =>
    fields.reduceRight<Schema>((schema, field) => ({ properties: { [field]: schema } }), { class: sealedClass })
  const marks = sealsIn(value).map(({ fields }) => below(fields))
  return marks.length > 0 ? { allOf: marks } : {}
}

/** What the budget has left when what stays is paid, and taken back should it come to that. */
function leftOf(task: Task, rest: Rest, begun: readonly Laid[], offerOf: OfferOf): bigint {
  const { budget, terms } = task.submitted!
  const ids = new Set(replaceRest(task, rest).subtasks.map(({ id }) => id))
  const held = [...task.subtasks.values()].filter(({ id }) => ids.has(id))
  const kept = held.reduce((sum, progress) => sum + heldBy(progress, terms), 0n)
  const undo = begun.flatMap(({ node }) =>
    isWork(node) && node.compensate ? [{ price: `${offerOf(node.compensate.skill).highestPrice}` }] : [],
  )
  return BigInt(budget) - kept - costOf(undo, terms)
}

function isNewAt({ subtasks }: Template, path: Fault['path'], isNew: ReadonlySet<string>): boolean {
  return path[0] !== 'subtasks' || isNew.has(subtasks[Number(path[1])]?.id ?? '')
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return
  const said = faults.map(({ path, what }) => `${pathText(path)}: ${what}`)
  throw new EntenteError(faults[0]!.code, said.join('; '))
}
