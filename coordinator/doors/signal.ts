import { contentHash } from '../../protocol/canonical.ts'
import { SignalTask } from '../../protocol/commands.ts'
import { signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'

/** Something that a task waits for has happened: said, and signed, by whom the task lets say it. */
export function signalDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('signal'), queue: 'coordinator', schema: SignalTask, log }
  return serve(nc, service, async command => {
    const { taskId, signal, payload, signer, signature, atMs: signedAtMs } = command
    const document = { taskId, signal, payloadHash: contentHash(payload), atMs: signedAtMs }
    if (signerOf(world.domain, 'Signal', document, signature) !== signer) {
      throw new EntenteError('SIGNATURE_INVALID', "the signal's signature is not its signer's")
    }
    const by = { signer, signedAtMs, signature }
    const task = await world.handle(taskId, () => ({ type: 'signal', atMs: Date.now(), signal, payload, by }))
    return { state: task.state }
  })
}
