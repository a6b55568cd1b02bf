import type { NatsConnection } from '@nats-io/nats-core'
import { isEnded, type Task } from '../../coordinator/flow/state.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { followTask } from './follow-task.ts'

/** From the end of a task to its proof; on a chain that is well it takes some blocks. */
const proofMs = 180_000

/**
 * As `followTask`, and whoever waits for the proof is told when it takes too long.
 * @returns `proven`, which rejects with EntenteError CHAIN_SLOW
 */
export function followToProof(nc: NatsConnection, taskId: Hex, { log, onEvent }: Parameters<typeof followTask>[2]) {
  const unproven = Promise.withResolvers<never>()
  let patience: NodeJS.Timeout | undefined
  const following = followTask(nc, taskId, {
    log,
    onEvent(event, task) {
      onEvent(event, task)
      if (isEnded(task)) patience ??= setTimeout(() => unproven.reject(lateProof(task)), proofMs)
    },
  })
  const proven = Promise.race([following.ended, unproven.promise])
  // Whoever stops before it is proven does not wait for it.
  proven.catch(() => {})
  return {
    proven,
    stop() {
      clearTimeout(patience)
      return following.stop()
    },
  }
}

function lateProof({ taskId, state }: Task): EntenteError {
  const what = `task ${taskId} is ${state}, and neither settled nor proven ${proofMs} ms later`
  return new EntenteError('CHAIN_SLOW', what)
}
