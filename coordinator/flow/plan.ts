import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Plan, Subtask, Template } from '../../protocol/plan.ts'
import { compensationOf } from './compensate.ts'
import { expressionFault } from './expression.ts'

/** Of a subtask: it is a token of subjects. */
const longestId = 48

/** Well within the day after a task's deadline in which the escrow can still be settled. */
const longestUndoMs = 6 * 3_600_000

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
  for (const [index, subtask] of subtasks.entries()) {
    const undo = compensationOf(subtask)?.id
    if (undo && known.has(undo)) faults.push(`subtasks[${index}].compensate: its id, ${undo}, is a subtask's`)
    if (undo && undo.length > longestId) faults.push(`subtasks[${index}].id: too long for that of its compensation`)
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
  const expressions = subtasks.flatMap(({ input, approval, compensate }, index) => [
    { path: `subtasks[${index}].input`, expression: input },
    ...(compensate ? [{ path: `subtasks[${index}].compensate.input`, expression: compensate.input }] : []),
    ...(approval ? [{ path: `subtasks[${index}].approval.when`, expression: approval.when }] : []),
  ])
  return [...expressions, { path: 'output', expression: output }].flatMap(({ path, expression }) => {
    const fault = expressionFault(expression)
    return fault ? [`${path}: ${fault}`] : []
  })
}

function checkSkills({ subtasks }: Template, offerOf: (skill: string) => Offer): void {
  for (const [index, { skill, replicas, compensate }] of subtasks.entries()) {
    checkOffered(`subtasks[${index}].skill`, skill, offerOf)
    if (compensate) checkOffered(`subtasks[${index}].compensate.skill`, compensate.skill, offerOf)
    const { domains } = offerOf(skill)
    if (domains < replicas) {
      const why = `${replicas} replicas in as many domains are asked for, ${domains} offer ${skill}`
      throw new EntenteError('PLAN_INVALID', `subtasks[${index}].replicas: ${why}`)
    }
  }
}

function checkOffered(path: string, skill: string, offerOf: (skill: string) => Offer): void {
  const { domains, nearest } = offerOf(skill)
  if (domains > 0) return
  const hint = nearest.length > 0 ? `; the nearest are ${nearest.join(', ')}` : ''
  throw new EntenteError('SKILL_UNKNOWN', `${path}: no active agent offers ${skill}${hint}`)
}

/** Every subtask once, and every compensation once: whatever has been done can be taken back. */
function checkBudget({ subtasks }: Template, offerOf: (skill: string) => Offer, { budget, feeBps }: PlanLimits): void {
  const pool = subtasks.reduce((sum, { skill, replicas, compensate }) => {
    const undo = compensate ? offerOf(compensate.skill).highestPrice : 0n
    return sum + offerOf(skill).highestPrice * BigInt(replicas) + undo
  }, 0n)
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
  const undoMs = subtasks.reduce((sum, { compensate, retry }) => {
    return sum + (compensate ? compensate.attempts * (compensate.deadlineMs + (retry?.maxMs ?? 0)) : 0)
  }, 0)
  if (undoMs > longestUndoMs) {
    const why = `taking everything back may take ${undoMs} ms, and the settlement waits for it ${longestUndoMs} ms at most`
    throw new EntenteError('PLAN_INVALID', `subtasks: ${why}`)
  }
  const longestMs = Math.max(...subtasks.map(endOf))
  if (longestMs > availableMs) {
    throw new EntenteError(
      'PLAN_INVALID',
      `subtasks: the longest chain may take ${longestMs} ms, ${availableMs} ms are left`,
    )
  }
}
