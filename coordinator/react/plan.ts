import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Plan } from '../../protocol/plan.ts'
import { matchSkill, nearestSkills } from '../../registry/match.ts'
import { urgencyOf } from '../ahead.ts'
import { type Offer, planFrom } from '../flow/plan.ts'
import { priorityOf } from '../flow/priority.ts'
import type { Task } from '../flow/state.ts'
import { checkPlanning } from '../planner/check-planning.ts'
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
  const offers = new Map<string, Offer>()
  const offered = (skill: string) => {
    const offer = offers.get(skill) ?? offerOf(world, skill)
    offers.set(skill, offer)
    return offer
  }
  return planFrom(template, spec.template, offered, limits, brought)
}

function offerOf({ directory }: World, skill: string): Offer {
  const offers = matchSkill(directory.current(), skill)
  const prices = offers.map(offer => BigInt(offer.skill.price))
  return {
    domains: new Set(offers.map(({ agent }) => agent.domainId)).size,
    highestPrice: prices.reduce((highest, price) => (price > highest ? price : highest), 0n),
    nearest: offers.length > 0 ? [] : nearestSkills(directory.current(), skill),
    inputSchemas: offers.map(offer => offer.skill.inputSchema),
    outputSchemas: offers.map(offer => offer.skill.outputSchema),
  }
}
