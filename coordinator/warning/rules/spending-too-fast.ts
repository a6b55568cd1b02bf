import type { Warning } from '../../../protocol/alert.ts'
import { heldBy } from '../../flow/price.ts'
import type { Task } from '../../flow/state.ts'
import { percent } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** What a task has given out, and what the rest of its plan costs at the prices last seen, is more than its budget. */
export function spendingTooFast(): Rule {
  /** The mean price of a replica of each skill, when it was last given out. */
  const prices = new Map<string, number>()
  return {
    observe(observed) {
      if (observed.kind !== 'event' || observed.event.type !== 'SubtaskAssigned') return
      const { skill, chosen } = observed.event
      const sum = chosen.reduce((total, { price }) => total + Number(price), 0)
      if (chosen.length > 0) prices.set(skill, sum / chosen.length)
    },
    warnings({ thresholds, openTasks }) {
      const bounds = thresholds['spending-too-fast']
      return [...openTasks.values()].flatMap(task => warningOf(task, prices, bounds) ?? [])
    },
  }
}

function warningOf(
  task: Task,
  prices: ReadonlyMap<string, number>,
  { overrun, spent: from }: { readonly overrun: number; readonly spent: number },
): Warning | null {
  const { taskId, submitted, plan } = task
  if (!submitted || !plan) return null
  const budget = Number(submitted.budget)
  const work = plan.subtasks.filter(({ id }) => task.subtasks.get(id)?.phase !== 'expanded')
  const rest = work.filter(({ id }) => isAhead(task, id))
  const given = work.filter(({ id }) => heldBy(task.subtasks.get(id)!, submitted.terms) > 0n)
  if (rest.length === 0 || given.length === 0 || budget === 0) return null
  const spent = Number(task.overview.held)
  const mean = spent / given.reduce((sum, { replicas }) => sum + replicas, 0)
  const ahead = rest.reduce((sum, node) => sum + (prices.get(node.skill) ?? mean) * node.replicas, 0)
  const [spentShare, doneShare, paceShare] = [spent / budget, 1 - rest.length / work.length, (spent + ahead) / budget]
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

function isAhead(task: Task, id: string): boolean {
  return task.subtasks.get(id)?.phase === 'waiting'
}
