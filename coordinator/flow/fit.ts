import { contentHash } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { type Schema, schemaFault, schemaFaults } from '../../protocol/parameters.ts'
import { sealsIn } from '../../protocol/sealed.ts'
import { findSubtask } from './compensate.ts'
import type { Evaluated } from './expression.ts'
import { masksFor } from './policy/cleared.ts'
import { inputOf } from './policy/mask.ts'
import type { SubtaskProgress } from './progress.ts'
import { mayBeginNow } from './ready.ts'
import type { Task } from './state.ts'

/** What an agent that offers a skill says it takes. */
export interface InputOffer {
  readonly agentId: string
  readonly domainId: string
  readonly inputSchema: Schema
}

/** Whose input schemas refuse the input that a subtask has by now, and how many domains are left. */
export type Fit = Omit<TaskEventOf<'FitDecided'>, 'type' | 'atMs'>

const mostFaultsSaid = 3

/**
 * Agents of one skill are of one major version, but need not take the same: each is asked whether it takes the very input
 * that it would be given, masked as its domain would have it. What is sealed only its receiver can read, so an input that
 * holds such is for it to refuse. Of an expression that gives nothing nothing is said here.
 */
export function fitOf(task: Task, subtaskId: string, offers: readonly InputOffer[]): Fit {
  const domains = [...new Set(offers.map(({ domainId }) => domainId))]
  // Where no policy set was asked nothing is masked, and all are given the same.
  const toAny = task.policed ? undefined : whyNot(givenTo(task, subtaskId, []))
  const given = new Map(
    domains.map(domainId => [domainId, toAny === undefined ? whyNot(givenTo(task, subtaskId, [domainId])) : toAny]),
  )
  const judged = offers.flatMap(offer => {
    const whyOf = given.get(offer.domainId)
    return whyOf ? [{ ...offer, why: whyOf(offer.inputSchema) }] : []
  })
  const unfit = judged.flatMap(({ agentId, domainId, why }) => (why === null ? [] : [{ agentId, domainId, why }]))
  const domainsOf = (some: readonly InputOffer[]) => new Set(some.map(({ domainId }) => domainId)).size
  return { subtaskId, unfit, offered: domainsOf(judged), left: domainsOf(judged.filter(({ why }) => why === null)) }
}

/** Null where one of these domains may not have it, or nobody here can say what it is. */
function givenTo(task: Task, subtaskId: string, domains: readonly string[]): Evaluated {
  const masks = masksFor(task, task.subtasks.get(subtaskId)!, domains)
  const input = masks && inputOf(task, subtaskId, findSubtask(task.plan, subtaskId)!.input, masks)
  return input && sealsIn(input.value).length === 0 ? input : null
}

/** Why schemas refuse an input, or null: of agents of one card, which are given the same, one is asked. */
function whyNot(input: Evaluated): ((schema: Schema) => string | null) | null {
  if (!input) return null
  const known = new Map<Schema, string | null>()
  return schema => {
    const before = known.get(schema)
    if (before !== undefined) return before
    // What is no schema says nothing against it.
    const faults = schemaFault(schema) === null ? schemaFaults(schema, input.value, 'input') : []
    const why = faults.length > 0 ? `does not take its input: ${faults.slice(0, mostFaultsSaid).join('; ')}` : null
    known.set(schema, why)
    return why
  }
}

/** Who does not take it is told once; where nobody ever refused, nothing is. */
export function recordFit(task: Task, atMs: number, found: Fit): TaskEvent[] {
  const { subtaskId } = found
  if (!mayBeginNow(task).some(({ id }) => id === subtaskId)) return []
  const before = task.subtasks.get(subtaskId)!.fit
  const isTold = before ? contentHash(toldOf(before)) === contentHash(toldOf(found)) : found.unfit.length === 0
  return isTold ? [] : [{ type: 'FitDecided', atMs, ...found }]
}

function toldOf({ unfit, offered, left }: Fit) {
  return { unfit, offered, left }
}

/** What fits too few domains fails: no attempt of it could come to a quorum. */
export function fitGate({ fit, id: subtaskId }: SubtaskProgress, quorum: number, atMs: number): TaskEvent | null {
  if (!fit || fit.left >= Math.min(quorum, fit.offered)) return null
  const why = fit.unfit.map(({ agentId, why }) => `agent ${agentId} ${why}`).join('; ')
  const counts = `${fit.left} of ${fit.offered} domains that offer it take its input`
  return { type: 'SubtaskFailed', atMs, subtaskId, reason: cutText(`${counts}; ${why}`, 2_000) }
}

/** Why each of them is not asked; absent where all take it. */
export function unfitField({ fit }: SubtaskProgress): { readonly unfit?: Readonly<Record<string, string>> } {
  if (!fit || fit.unfit.length === 0) return {}
  return { unfit: Object.fromEntries(fit.unfit.map(({ agentId, why }) => [agentId, why])) }
}
