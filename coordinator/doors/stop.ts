import type { z } from 'zod'
import { CancelTask, PauseTask, ResumeTask } from '../../protocol/commands.ts'
import type { DocumentName } from '../../protocol/documents.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { Command } from '../flow/command.ts'
import type { World } from '../react/context.ts'
import { checkMayStop, checkSignature } from './check-signer.ts'

type Stopping = CancelTask | PauseTask | ResumeTask
type By = {
  readonly signer: Stopping['signer']
  readonly signedAtMs: number
  readonly signature: Stopping['signature']
}

/** The requester, or an approver of the task, calls it off. */
export const cancelDoor = (world: World) =>
  stopDoor(world, 'cancel', 'Cancellation', CancelTask, ({ reason }, by) => ({ type: 'cancel', reason, by }))

/** They have no new work given out for a while. */
export const pauseDoor = (world: World) =>
  stopDoor(world, 'pause', 'Pause', PauseTask, ({ reason }, by) => ({ type: 'pause', reason, by }))

/** And have it given out again. */
export const resumeDoor = (world: World) =>
  stopDoor(world, 'resume', 'Resumption', ResumeTask, (_, by) => ({ type: 'resume', by }))

type Timeless<C> = C extends Command ? Omit<C, 'atMs'> : never

function stopDoor<T extends Stopping>(
  { nc, log, domain, handle }: World,
  name: 'cancel' | 'pause' | 'resume',
  document: DocumentName,
  schema: z.ZodType<T>,
  commandOf: (asked: T, by: By) => Timeless<Command>,
) {
  return serve(nc, { subject: subjects.command(name), queue: 'coordinator', schema, log }, async asked => {
    const { taskId, signer, signature, atMs: signedAtMs } = asked
    checkSignature(domain, document, asked)
    const { state, paused } = await handle(taskId, task => {
      checkMayStop(task, signer)
      return { ...commandOf(asked, { signer, signedAtMs, signature }), atMs: Date.now() } as Command
    })
    return { state, paused }
  })
}
