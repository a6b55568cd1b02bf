import type { Warning } from '../../../protocol/alert.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { heldBy } from '../../flow/price.ts'
import type { Task } from '../../flow/state.ts'
import { percent } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** What a task has given out, and what is still ahead of it. */
interface Spending {
  readonly budget: number
  readonly spent: number
  /** The share of its plan that is no longer ahead. */
  readonly doneShare: number
  /** What a replica has cost so far. */
  readonly mean: number
  /** Replicas that are ahead, of each skill. */
  readonly ahead: ReadonlyMap<string, number>
}

/** What a task has given out, and what the rest of its plan costs at the prices last seen, is more than its budget. */
export function spendingTooFast(): Rule {
  /** The mean price of a replica of each skill, when it was last given out. */
  const prices = new Map<string, number>()
  const letGo = new Map<Hex, Spending>()
  return {
    observe(observed) {
      if (observed.kind !== 'event') return
      letGo.delete(observed.before.taskId)
      if (observed.event.type !== 'SubtaskAssigned') return
      const { skill, chosen } = observed.event
      const sum = chosen.reduce((total, { price }) => total + Number(price), 0)
      if (chosen.length > 0) prices.set(skill, sum / chosen.length)
    },
    ofTask(task, { thresholds }) {
      const bounds = thresholds['spending-too-fast']
      // Most tasks are far from it, and the rest is looked up in every subtask.
      if (!task.submitted || Number(task.overview.held) / Number(task.submitted.budget) < bounds.spent) return null
      const spending = spendingOf(task)
      return spending && warningOf(task.taskId, spending, prices, bounds)
    },
    letGo(task) {
      const spending = spendingOf(task)
      if (spending) letGo.set(task.taskId, spending)
    },
    mayWarn(taskId, { thresholds }) {
      const spending = letGo.get(taskId)
      return spending !== undefined && warningOf(taskId, spending, prices, thresholds['spending-too-fast']) !== null
    },
  }
}

/** Null where nothing was given out, or nothing is ahead. */
function spendingOf({ submitted, plan, subtasks, overview }: Task): Spending | null {
  if (!submitted || !plan) return null
  const work = plan.subtasks.filter(({ id }) => subtasks.get(id)?.phase !== 'expanded')
  const rest = work.filter(({ id }) => subtasks.get(id)?.phase === 'waiting')
  const given = work.filter(({ id }) => heldBy(subtasks.get(id)!, submitted.terms) > 0n)
  const budget = Number(submitted.budget)
  if (rest.length === 0 || given.length === 0 || budget === 0) return null
  const spent = Number(overview.held)
  const ahead = new Map<string, number>()
  for (const { skill, replicas } of rest) ahead.set(skill, (ahead.get(skill) ?? 0) + replicas)
  return {
    ...{ budget, spent, ahead },
    doneShare: 1 - rest.length / work.length,
    mean: spent / given.reduce((sum, { replicas }) => sum + replicas, 0),
  }
}

function warningOf(
  taskId: Hex,
  { budget, spent, doneShare, mean, ahead }: Spending,
  prices: ReadonlyMap<string, number>,
  { overrun, spent: from }: { readonly overrun: number; readonly spent: number },
): Warning | null {
  const rest = [...ahead].reduce((sum, [skill, replicas]) => sum + (prices.get(skill) ?? mean) * replicas, 0)
  const [spentShare, paceShare] = [spent / budget, (spent + rest) / budget]
  if (spentShare < from || paceShare <= overrun) return null
  return {
    code: 'spending-too-fast',
    about: { taskId },
    severity: paceShare > overrun * 1.5 ? 'critical' : 'warning',
    cause: `${percent(spentShare)} of the budget is given out with ${percent(doneShare)} of the plan; at these prices the whole takes ${percent(paceShare)}`,
    figures: { spentShare, doneShare, paceShare, budget },
    suggestion: 'Pause the task, and order what is left with a larger budget, or end it.',
  }
}
