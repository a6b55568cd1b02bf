import { contentHash } from '../../protocol/canonical.ts'
import { SubmitTask } from '../../protocol/commands.ts'
import { digestDocument, signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { domainToBytes32, slugFromBytes32 } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { endStates, type TaskState, type Terms } from '../../protocol/task.ts'
import { serve } from '../../stack/serve.ts'
import { urgencyOf } from '../ahead.ts'
import { priorityOf } from '../flow/priority.ts'
import { checkGiven } from '../flow/seal/given.ts'
import type { Limits } from '../limits.ts'
import { readTemplate } from '../planner/read-template.ts'
import type { World } from '../react/context.ts'
import { type Applicant, admit } from './admit.ts'
import { keepersOf } from './keepers.ts'

/** A signed task order comes in; it is accepted when it is in the log. The task's id is the order's digest. */
export function submitDoor(world: World, terms: () => Terms, limits: Limits) {
  const { nc, log } = world
  const service = { subject: subjects.command('submit'), queue: 'coordinator', schema: SubmitTask, log }
  return serve(nc, service, command => {
    const priority = priorityOf({ spec: command.spec, authority: { by: 'order' } })
    return world.ahead.door(() => take(command), urgencyOf(priority))
  })

  async function take(command: SubmitTask) {
    const { order, signature, spec, input } = command
    checkOrder(world, command)
    const taskId = digestDocument(world.domain, 'TaskOrder', order)
    const domainId = slugFromBytes32(order.domainId)
    const authority = { by: 'order' as const, order, signature }
    const applicant = { taskId, domainId, priority: priorityOf({ spec, authority }) }
    if (await isTaken(world, applicant, limits)) return { taskId }
    const kept = await checkSeals(world, command)
    const forget = world.openTasks.expect(taskId, domainId)
    world.tasks.presumeNew(taskId)
    const accepted = world.handle(taskId, () => ({
      type: 'submit',
      atMs: Date.now(),
      authority,
      requester: { address: order.requester, domainId },
      spec,
      input,
      budget: order.budget,
      deadlineMs: order.deadline * 1000,
      terms: terms(),
      ...kept,
    }))
    const { state } = await accepted.catch((error: unknown) => {
      forget()
      throw error
    })
    // One that was sent again may have ended long ago: then no stamp comes that says so.
    if (endStates.has(state as TaskState)) forget()
    return { taskId }
  }
}

/** Whether it was accepted before; if not, there must be room for it. Only then does the log have to be asked. */
async function isTaken({ openTasks, tasks }: World, applicant: Applicant, limits: Limits): Promise<boolean> {
  try {
    admit(applicant, limits, openTasks)
    return false
  } catch (refusal) {
    const { task } = await tasks.reread(applicant.taskId)
    if (task.submitted) return true
    throw refusal
  }
}

/**
 * What the template marks as restricted must come sealed: what is accepted lies in the log for good.
 * @throws EntenteError SEAL_MISSING, SEAL_UNFIT
 */
async function checkSeals({ nc, directory }: World, { order, spec, input }: SubmitTask) {
  const { requester: by, nonce } = order
  const { parameters = {} } = spec
  const kept = keepersOf(directory.current(), [input, parameters], by)
  const giving = { by, to: { nonce }, ...kept }
  // Of a template that is not there, or is none, the plan is refused, and says why.
  const template = await readTemplate(nc, spec.template).catch(ifUnreadable)
  checkGiven(template?.inputSchema, input, 'input', giving)
  for (const [name, value] of Object.entries(parameters))
    checkGiven(template?.parameters?.[name], value, `parameters.${name}`, giving)
  return kept
}

function ifUnreadable(error: unknown): null {
  if (error instanceof EntenteError) return null
  throw error
}

function checkOrder({ domain, directory }: World, { order, signature, spec, input }: SubmitTask): void {
  if (signerOf(domain, 'TaskOrder', order, signature) !== order.requester) {
    throw new EntenteError('SIGNATURE_INVALID', "the order's signature is not its requester's")
  }
  const slug = slugFromBytes32(order.domainId)
  const requesting = directory.current().domains.get(slug)
  if (domainToBytes32(slug) !== order.domainId || requesting?.admin !== order.requester) {
    throw new EntenteError('UNAUTHORIZED', `${order.requester} is not the admin of an admitted domain ${slug}`)
  }
  const wrong = [
    contentHash(spec) === order.specHash ? [] : ['specHash is not the content hash of the spec'],
    contentHash(input) === order.inputHash ? [] : ['inputHash is not the content hash of the input'],
    contentHash(spec.policy) === order.policyHash ? [] : ["policyHash is not the content hash of the spec's policy"],
    order.deadline * 1000 > Date.now() ? [] : ['the deadline has passed'],
  ].flat()
  if (wrong.length > 0) throw new EntenteError('COMMAND_INVALID', wrong.join('; '))
}
