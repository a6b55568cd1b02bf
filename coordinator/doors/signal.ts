import { contentHash } from '../../protocol/canonical.ts'
import { SignalTask } from '../../protocol/commands.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'
import { checkSignature } from './check-signer.ts'
import { keepersOf } from './keepers.ts'

/** Something that a task waits for has happened: said, and signed, by whom the task lets say it. */
export function signalDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('signal'), queue: 'coordinator', schema: SignalTask, log }
  return serve(nc, service, async command => {
    const { taskId, signal, payload, signer, signature, atMs: signedAtMs } = command
    const document = { ...command, payloadHash: contentHash(payload) }
    checkSignature(world.domain, 'Signal', document)
    const by = { signer, signedAtMs, signature }
    const signalled = { type: 'signal', signal, payload, by } as const
    const kept = keepersOf(world.directory.current(), payload, signer)
    const task = await world.handle(taskId, () => ({ ...signalled, ...kept, atMs: Date.now() }))
    return { state: task.state }
  })
}
