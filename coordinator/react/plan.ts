import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Plan } from '../../protocol/plan.ts'
import { urgencyOf } from '../ahead.ts'
import { planFrom } from '../flow/plan.ts'
import { priorityOf } from '../flow/priority.ts'
import type { Task } from '../flow/state.ts'
import { checkPlanning } from '../planner/check-planning.ts'
import { offerIn } from '../planner/offered.ts'
import { readLibrary, readTemplate } from '../planner/read-template.ts'
import type { World } from './context.ts'

/** Makes the plan from the template that the task names, or rejects the task with all that is wrong. */
export function plan(world: World, task: Task): Promise<void> {
  return world.ahead.planning(() => planOrReject(world, task), urgencyOf(priorityOf(task.submitted!)))
}

async function planOrReject(world: World, task: Task): Promise<void> {
  const { taskId } = task
  try {
    const made = await planTask(world, task)
    await world.handle(taskId, () => ({ type: 'plan', atMs: Date.now(), plan: made, planHash: contentHash(made) }))
  } catch (error) {
    if (!(error instanceof EntenteError) || error.retry) throw error
    const refusal = { code: error.code, reason: error.message }
    await world.handle(taskId, () => ({ type: 'reject', atMs: Date.now(), ...refusal }))
  }
}

async function planTask(world: World, { submitted }: Task): Promise<Plan> {
  const { spec, input, budget, terms, deadlineMs } = submitted!
  const template = await readTemplate(world.nc, spec.template)
  const limits = { budget: BigInt(budget), feeBps: terms.feeBps, availableMs: deadlineMs - Date.now() }
  const library = await readLibrary(world.nc, template)
  if (spec.planning) await checkPlanning(world.nc, spec.planning, { goal: spec.goal, template: spec.template })
  const brought = { ...(spec.parameters ? { parameters: spec.parameters } : {}), input, library }
  return planFrom(template, spec.template, offerIn(world.directory.current()), limits, brought)
}
