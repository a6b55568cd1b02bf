import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { urgencyOf } from '../ahead.ts'
import { priorityOf } from '../flow/priority.ts'
import { type Policed, screen } from '../flow/screen.ts'
import type { Task } from '../flow/state.ts'
import { readTemplate } from '../planner/read-template.ts'
import type { World } from './context.ts'

/** Asks the rules of the consortium whether the task may be done. */
export function screenTask(world: World, task: Task): Promise<void> {
  return world.ahead.planning(() => screenNow(world, task), urgencyOf(priorityOf(task.submitted!)))
}

async function screenNow(world: World, { taskId, submitted }: Task): Promise<void> {
  const { handle, directory } = world
  const { authority, requester } = submitted!
  const { domains, freezes } = directory.current()
  const domain = requester.domainId === null ? null : domains.get(requester.domainId)
  const acts = domain?.status === 'admitted' && !freezes.domains.has(domain.domainId)
  const domainActive = authority.by === 'response-plan' || acts
  const policed = await policedBy(world, submitted!.spec.template)
  const atMs = Date.now()
  const screening = screen(submitted!, { domainActive }, atMs, policed)
  await handle(taskId, () => ({ type: 'screen', atMs, ...screening }))
}

/** A template that cannot be read has no name; planning says what is wrong with it. */
async function policedBy({ nc, policies }: World, hash: Hex): Promise<Policed | null> {
  const set = policies.current()
  if (!set) return null
  const template = await readTemplate(nc, hash).catch((error: unknown) => {
    if (error instanceof EntenteError && !error.retry) return null
    throw error
  })
  return { set, authorize: policies.authorize, template: template?.name ?? null }
}
