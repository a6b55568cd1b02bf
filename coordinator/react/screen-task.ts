import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { urgencyOf } from '../ahead.ts'
import type { CommandOf } from '../flow/command.ts'
import { priorityOf } from '../flow/priority.ts'
import { type Policed, screen } from '../flow/screen.ts'
import { isEnded, type Task } from '../flow/state.ts'
import { readTemplate } from '../planner/read-template.ts'
import type { World } from './context.ts'

/** Asks the rules of the consortium whether the task may be done. */
export async function screenTask(world: World, task: Task): Promise<void> {
  if (task.screened || isEnded(task)) return
  await world.ahead.planning(
    async () => {
      const screening = await screeningOf(world, task)
      await world.handle(task.taskId, () => screening)
    },
    urgencyOf(priorityOf(task.submitted!)),
  )
}

/** The command that says whether the task may be done, by the rules that are in force now. */
export async function screeningOf(world: World, { submitted }: Task): Promise<CommandOf<'screen'>> {
  const { authority, requester, spec } = submitted!
  const { domains, freezes } = world.directory.current()
  const domain = requester.domainId === null ? null : domains.get(requester.domainId)
  const acts = domain?.status === 'admitted' && !freezes.domains.has(domain.domainId)
  const domainActive = authority.by === 'response-plan' || acts
  const policed = await policedBy(world, spec.template)
  const atMs = Date.now()
  return { type: 'screen', atMs, ...screen(submitted!, { domainActive }, atMs, policed) }
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
