import { contentHash } from '../../protocol/canonical.ts'
import { SubmitTask } from '../../protocol/commands.ts'
import { digestDocument, signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { domainToBytes32, slugFromBytes32 } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Terms } from '../../protocol/task.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'

/** A signed task order comes in; it is accepted when it is in the log. The task's id is the order's digest. */
export function submitDoor(world: World, terms: Terms) {
  const { nc, log } = world
  const service = { subject: subjects.command('submit'), queue: 'coordinator', schema: SubmitTask, log }
  return serve(nc, service, async command => {
    const { order, signature, spec, input } = command
    checkOrder(world, command)
    const taskId = digestDocument(world.domain, 'TaskOrder', order)
    await world.handle(taskId, () => ({
      type: 'submit',
      atMs: Date.now(),
      authority: { by: 'order', order, signature },
      requester: { address: order.requester, domainId: slugFromBytes32(order.domainId) },
      spec,
      input,
      budget: order.budget,
      deadlineMs: order.deadline * 1000,
      terms,
    }))
    return { taskId }
  })
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
