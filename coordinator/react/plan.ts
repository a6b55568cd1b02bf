import { canonicalJson } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { sha256 } from '../../protocol/hash.ts'
import type { Plan } from '../../protocol/plan.ts'
import { largestValue, roomOf } from '../../stack/payload.ts'
import { urgencyOf } from '../ahead.ts'
import type { CommandOf } from '../flow/command.ts'
import { planFrom } from '../flow/plan.ts'
import { priorityOf } from '../flow/priority.ts'
import { isEnded, type Task } from '../flow/state.ts'
import { checkPlanning } from '../planner/check-planning.ts'
import { offerIn } from '../planner/offered.ts'
import { readLibrary, readTemplate } from '../planner/read-template.ts'
import type { World } from './context.ts'

/** To hear what this coordinator has not heard yet. */
const hearMs = 5_000
/** All that is wrong with a template may be more than anybody reads, or a message holds. */
const longestReason = 20_000

/** Makes the plan from the template that the task names, or rejects the task with all that is wrong. */
export async function plan(world: World, task: Task): Promise<void> {
  if (task.plan || isEnded(task)) return
  await world.ahead.planning(
    async () => {
      const planned = await planOrRefusal(world, task)
      await world.handle(task.taskId, () => planned)
    },
    urgencyOf(priorityOf(task.submitted!)),
  )
}

/**
 * The command that gives the task its plan, or rejects it. Nobody is rejected for what this coordinator has not heard yet.
 * @throws EntenteError that is to be tried again, where the template cannot be had now
 */
export async function planOrRefusal(world: World, task: Task): Promise<CommandOf<'plan'> | CommandOf<'reject'>> {
  const first = await tryToPlan(world, task)
  if (first.type === 'plan') return first
  // Who offers what it asks for may have come just before it.
  await world.directory.upToNow(hearMs)
  return tryToPlan(world, task)
}

async function tryToPlan(world: World, task: Task): Promise<CommandOf<'plan'> | CommandOf<'reject'>> {
  try {
    const made = await planTask(world, task)
    const text = canonicalJson(made)
    const [bytes, largest] = [Buffer.byteLength(text), largestValue(world.nc)]
    if (bytes > largest)
      throw new EntenteError(
        'PAYLOAD_TOO_LARGE',
        `the plan has ${bytes} bytes, and a message of the bus has room for ${largest}`,
      )
    return { type: 'plan', atMs: Date.now(), plan: made, planHash: sha256(text), messageBytes: roomOf(world.nc) }
  } catch (error) {
    if (!(error instanceof EntenteError) || error.retry) throw error
    return { type: 'reject', atMs: Date.now(), code: error.code, reason: cutText(error.message, longestReason) }
  }
}

async function planTask({ nc, directory }: World, { submitted }: Task): Promise<Plan> {
  const { spec, input, budget, terms, deadlineMs } = submitted!
  const template = await readTemplate(nc, spec.template)
  const limits = { budget: BigInt(budget), feeBps: terms.feeBps, availableMs: deadlineMs - Date.now() }
  const library = await readLibrary(nc, template)
  if (spec.planning) await checkPlanning(nc, spec.planning, { goal: spec.goal, template: spec.template })
  const brought = { ...(spec.parameters ? { parameters: spec.parameters } : {}), input, library }
  return planFrom(template, spec.template, offerIn(directory.current()), limits, brought)
}
