import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Plan, Subtask, Template } from '../../protocol/plan.ts'
import { expressionFault } from './expression.ts'

/** What the directory offers for a skill: how many domains, the dearest price, and near names when there is none. */
export interface Offer {
  readonly domains: number
  readonly highestPrice: bigint
  readonly nearest: readonly string[]
}

export interface PlanLimits {
  readonly budget: bigint
  readonly feeBps: number
  readonly availableMs: number
}

/**
 * Step "plan": a template becomes a plan when every check passes; nothing runs before.
 * @throws EntenteError PLAN_INVALID, SKILL_UNKNOWN, PLAN_OVER_BUDGET — all that is wrong, each with its path.
 */
export function planFrom(template: Template, hash: Hex, offerOf: (skill: string) => Offer, limits: PlanLimits): Plan {
  const faults = [...structureFaults(template), ...expressionFaults(template)]
  if (faults.length > 0) throw new EntenteError('PLAN_INVALID', `${template.name}: ${faults.join('; ')}`)
  checkSkills(template, offerOf)
  checkBudget(template, offerOf, limits)
  checkTime(template, limits)
  const { name, version, subtasks, output } = template
  return { template: { name, version, hash }, subtasks, output }
}

function structureFaults({ subtasks }: Template): string[] {
  const known = new Set<string>()
  const faults: string[] = []
  for (const [index, { id, replicas, quorum }] of subtasks.entries()) {
    if (known.has(id)) faults.push(`subtasks[${index}].id: ${id} is used twice`)
    if (quorum > replicas) faults.push(`subtasks[${index}].quorum: ${quorum} is more than its ${replicas} replicas`)
    known.add(id)
  }
  for (const [index, { after }] of subtasks.entries()) {
    for (const id of after) if (!known.has(id)) faults.push(`subtasks[${index}].after: there is no subtask ${id}`)
  }
  const cycle = subtasksInCycle(subtasks)
  if (cycle.length > 0) faults.push(`subtasks: ${cycle.join(', ')} wait for one another`)
  return faults
}

/** Subtasks that no order can satisfy (Kahn's algorithm: what is left when nothing more can go first). */
function subtasksInCycle(subtasks: readonly Subtask[]): string[] {
  let left = [...subtasks]
  for (;;) {
    const waiting = new Set(left.map(({ id }) => id))
    const next = left.filter(({ after }) => after.some(id => waiting.has(id)))
    if (next.length === left.length) return next.map(({ id }) => id)
    left = next
  }
}

function expressionFaults({ subtasks, output }: Template): string[] {
  const expressions = subtasks.flatMap(({ input, approval }, index) => [
    { path: `subtasks[${index}].input`, expression: input },
    ...(approval ? [{ path: `subtasks[${index}].approval.when`, expression: approval.when }] : []),
  ])
  return [...expressions, { path: 'output', expression: output }].flatMap(({ path, expression }) => {
    const fault = expressionFault(expression)
    return fault ? [`${path}: ${fault}`] : []
  })
}

function checkSkills({ subtasks }: Template, offerOf: (skill: string) => Offer): void {
  for (const [index, { skill, replicas }] of subtasks.entries()) {
    const { domains, nearest } = offerOf(skill)
    if (domains === 0) {
      const hint = nearest.length > 0 ? `; the nearest are ${nearest.join(', ')}` : ''
      throw new EntenteError('SKILL_UNKNOWN', `subtasks[${index}].skill: no active agent offers ${skill}${hint}`)
    }
    if (domains < replicas) {
      const why = `${replicas} replicas in as many domains are asked for, ${domains} offer ${skill}`
      throw new EntenteError('PLAN_INVALID', `subtasks[${index}].replicas: ${why}`)
    }
  }
}

function checkBudget({ subtasks }: Template, offerOf: (skill: string) => Offer, { budget, feeBps }: PlanLimits): void {
  const pool = subtasks.reduce((sum, { skill, replicas }) => sum + offerOf(skill).highestPrice * BigInt(replicas), 0n)
  const cost = pool + (pool * BigInt(feeBps)) / 10_000n
  if (cost > budget) throw new EntenteError('PLAN_OVER_BUDGET', `the plan may cost ${cost}, the budget is ${budget}`)
}

/** The longest chain of first attempts must fit: commit and reveal each have a subtask's time. */
function checkTime({ subtasks }: Template, { availableMs }: PlanLimits): void {
  const endMs = new Map<string, number>()
  const endOf = ({ id, after, deadlineMs, replicas }: Subtask): number => {
    const known = endMs.get(id)
    if (known !== undefined) return known
    const startMs = Math.max(0, ...after.map(before => endOf(subtasks.find(each => each.id === before)!)))
    const end = startMs + deadlineMs * (replicas > 1 ? 2 : 1)
    endMs.set(id, end)
    return end
  }
  const longestMs = Math.max(...subtasks.map(endOf))
  if (longestMs > availableMs) {
    throw new EntenteError(
      'PLAN_INVALID',
      `subtasks: the longest chain may take ${longestMs} ms, ${availableMs} ms are left`,
    )
  }
}
