import type { Address } from '../../protocol/ids.ts'
import { carry } from '../carry.ts'
import type { Message } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'
import { work } from '../work.ts'

/**
 * Gives what a key can send no more, and has not numbered, to another key of its pool. Whoever numbers for the key does it; and
 * since the log takes one next entry of a message, either the old key has signed it or the new one may, never both.
 */
export function moveAll(pipeline: Pipeline): void {
  if (pipeline.pools.list.size === 0) return
  for (const message of pipeline.desk.all()) {
    if (message.busy === 0 && instead(pipeline, message) !== null) void move(pipeline, message)
  }
}

/** The key that a message is to go to; null for one that stays. */
function instead({ leases, pools }: Pipeline, { life, released }: Message): Address | null {
  const { state, batch, chosen } = life
  const isUnsent = (state === 'ADMITTED' || state === 'REPLACED') && batch === null
  return isUnsent && !released && chosen !== null && leases.holds(chosen) ? pools.instead(life) : null
}

function move(pipeline: Pipeline, message: Message): Promise<void> {
  const { desk, pools, leases, log } = pipeline
  return work(pipeline, message, async () => {
    const { chosen } = message.life
    const signer = instead(pipeline, message)
    if (signer === null) return
    const cause = `${signer} sends it: of ${chosen}, ${pools.unfit(chosen!)}`
    await store(pipeline, message, { state: 'ADMITTED', signer, cause })
    log.debug({ messageId: message.messageId, from: chosen, to: signer }, 'another key of the pool is to send it')
    if (!leases.holds(signer)) return desk.release(message)
    message.tries = 0
    message.notBeforeMs = 0
    void carry(pipeline, message)
  })
}
