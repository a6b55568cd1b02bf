import { carry } from '../carry.ts'
import type { Standing } from '../ledger.ts'
import { holdMessage } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'
import { work } from '../work.ts'

/**
 * Gives what a key can send no more, and has not numbered, to another key of its pool. Whoever numbers for the key does it; and
 * since the log takes one next entry of a message, either the old key has signed it or the new one may, never both.
 */
export function moveAll(pipeline: Pipeline): void {
  if (pipeline.pools.list.size === 0) return
  for (const standing of pipeline.ledger.open()) if (isToMove(pipeline, standing)) void move(pipeline, standing)
}

function isToMove({ leases, pools }: Pipeline, { life }: Standing): boolean {
  if (life.chosen === null || !isUnsent(life) || !leases.holds(life.chosen)) return false
  return pools.instead(life) !== null
}

function isUnsent({ state, batch }: Standing['life']): boolean {
  return (state === 'ADMITTED' || state === 'REPLACED') && batch === null
}

function move(pipeline: Pipeline, { life, lastSeq }: Standing): Promise<void> {
  const { desk, pools, leases, lane, log } = pipeline
  const message = desk.get(life.messageId) ?? holdMessage(life, lastSeq, 0)
  if (message.busy > 0) return Promise.resolve()
  return work(pipeline, message, async () => {
    const { chosen } = message.life
    const signer = isUnsent(message.life) ? pools.instead(message.life) : null
    if (signer === null) return
    const cause = `${signer} sends it: of ${chosen}, ${pools.unfit(chosen!)}`
    await store(pipeline, message, { state: 'ADMITTED', signer, cause })
    log.debug({ messageId: message.messageId, from: chosen, to: signer }, 'another key of the pool is to send it')
    lane.leave(message)
    if (!leases.holds(signer)) return desk.release(message)
    if (desk.get(life.messageId) !== message) return
    message.tries = 0
    message.notBeforeMs = 0
    void carry(pipeline, message)
  })
}
