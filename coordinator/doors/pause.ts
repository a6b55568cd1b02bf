import { PauseTask, ResumeTask } from '../../protocol/commands.ts'
import { subjects } from '../../protocol/subjects.ts'
import { serve } from '../../stack/serve.ts'
import type { World } from '../react/context.ts'
import { checkMayStop, checkSignature } from './check-signer.ts'

/** The requester, or an approver of the task, has no new work given out for a while. */
export function pauseDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('pause'), queue: 'coordinator', schema: PauseTask, log }
  return serve(nc, service, async command => {
    const { taskId, reason, signer, signature, atMs: signedAtMs } = command
    checkSignature(world.domain, 'Pause', command)
    const task = await world.handle(taskId, now => {
      checkMayStop(now, signer)
      return { type: 'pause', atMs: Date.now(), reason, by: { signer, signedAtMs, signature } }
    })
    return { state: task.state, paused: task.paused }
  })
}

/** And has it given out again. */
export function resumeDoor(world: World) {
  const { nc, log } = world
  const service = { subject: subjects.command('resume'), queue: 'coordinator', schema: ResumeTask, log }
  return serve(nc, service, async command => {
    const { taskId, signer, signature, atMs: signedAtMs } = command
    checkSignature(world.domain, 'Resumption', command)
    const task = await world.handle(taskId, now => {
      checkMayStop(now, signer)
      return { type: 'resume', atMs: Date.now(), by: { signer, signedAtMs, signature } }
    })
    return { state: task.state, paused: task.paused }
  })
}
