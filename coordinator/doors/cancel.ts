import { CancelTask } from '../../protocol/commands.ts'
import { signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'

/** The requester, or an approver of the task, calls it off. */
export function cancelDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('cancel'), queue: 'coordinator', schema: CancelTask, log }
  return serve(nc, service, async command => {
    const { taskId, reason, signer, signature, atMs: signedAtMs } = command
    if (signerOf(world.domain, 'Cancellation', command, signature) !== signer) {
      throw new EntenteError('SIGNATURE_INVALID', "the cancellation's signature is not its signer's")
    }
    const task = await world.handle(taskId, ({ submitted }) => {
      const allowed = [submitted?.requester.address, ...(submitted?.spec.policy.approvers ?? [])]
      if (submitted && !allowed.includes(signer)) {
        throw new EntenteError('UNAUTHORIZED', `${signer} is neither the requester nor an approver of this task`)
      }
      return { type: 'cancel', atMs: Date.now(), reason, by: { signer, signedAtMs, signature } }
    })
    return { state: task.state }
  })
}
