import { CancelTask } from '../../protocol/commands.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'
import { checkMayStop, checkSignature } from './check-signer.ts'

/** The requester, or an approver of the task, calls it off. */
export function cancelDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('cancel'), queue: 'coordinator', schema: CancelTask, log }
  return serve(nc, service, async command => {
    const { taskId, reason, signer, signature, atMs: signedAtMs } = command
    checkSignature(world.domain, 'Cancellation', command)
    const task = await world.handle(taskId, now => {
      checkMayStop(now, signer)
      return { type: 'cancel', atMs: Date.now(), reason, by: { signer, signedAtMs, signature } }
    })
    return { state: task.state }
  })
}
