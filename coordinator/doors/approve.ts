import { AnswerApproval } from '../../protocol/commands.ts'
import { signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'

/** An approver answers a gate, by a signature over exactly the content that was shown. */
export function approveDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('approve'), queue: 'coordinator', schema: AnswerApproval, log }
  return serve(nc, service, async command => {
    const { taskId, approver, signature, atMs: signedAtMs, subtaskId, contentHash, granted } = command
    if (signerOf(world.domain, 'Approval', command, signature) !== approver) {
      throw new EntenteError('SIGNATURE_INVALID', "the approval's signature is not its approver's")
    }
    const task = await world.handle(taskId, () => {
      const by = { approver, signedAtMs, signature }
      return { type: 'answerApproval', atMs: Date.now(), subtaskId, contentHash, granted, by }
    })
    return { state: task.state }
  })
}
