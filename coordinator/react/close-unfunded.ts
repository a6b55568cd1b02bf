import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'
import { fund } from './fund.ts'
import { prove } from './prove.ts'

/**
 * Of a task that ended before its budget was reserved. What the chain was asked for is waited for, since what it reserves is
 * settled; where it reserves nothing, all that is left is the proof. The opening of a response plan brings its funding by itself.
 */
export async function closeUnfunded(world: World, task: Task): Promise<void> {
  const { taskId, submitted, funded } = task
  if (funded || submitted!.authority.by === 'response-plan') return
  await fund(world, task, submitted!)
  const now = await world.tasks.read(taskId)
  if (!now.task.funded) await prove(world, taskId)
}
