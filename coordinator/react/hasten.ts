import { isEnded, type Task } from '../flow/state.ts'
import type { Entry } from '../log/stamp.ts'
import type { World } from './context.ts'
import { fund } from './fund.ts'
import { plan } from './plan.ts'
import { screenTask } from './screen-task.ts'

/**
 * Takes an emergency a step towards its plan as soon as its entry is seen, and not when its turn comes behind all that the
 * stream holds: a consumer holds some thousand messages that wait for the chain, and none beyond. The reaction to the same
 * entry comes later and finds it done; where this fails, it does it.
 */
export async function hasten(world: World, { taskId, length }: Entry): Promise<void> {
  try {
    await takeStep(world, (await world.tasks.read(taskId, length)).task)
  } catch (error) {
    world.log.warn({ err: error, taskId }, 'an emergency could not be hastened, and is taken in its turn')
  }
}

async function takeStep(world: World, task: Task): Promise<void> {
  const { submitted, funded, screened, plan: planned } = task
  if (!submitted || isEnded(task) || planned) return
  if (!funded) return fund(world, task, submitted)
  return screened ? plan(world, task) : screenTask(world, task)
}
