import { screen } from '../flow/screen.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/** Asks the rules of the consortium whether the task may be done. */
export async function screenTask({ handle, directory }: World, { taskId, submitted }: Task): Promise<void> {
  const { authority, requester } = submitted!
  const domain = requester.domainId === null ? null : directory.current().domains.get(requester.domainId)
  const domainActive = authority.by === 'response-plan' || domain?.status === 'admitted'
  const atMs = Date.now()
  const screening = screen(submitted!, { domainActive }, atMs)
  await handle(taskId, () => ({ type: 'screen', atMs, ...screening }))
}
