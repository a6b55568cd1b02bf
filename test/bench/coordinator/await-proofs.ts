import { setTimeout as sleep } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { isProof } from '../../../coordinator/log/stamp.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'

/** Ten questions a second at most, whatever there is to see: what is measured is others' work. */
const lookMs = 100

/**
 * Waits until every task has its proof, or until it has lasted so long. It looks at one task after the other, and at none
 * again that is proven.
 * @param onProven told how many are, each time that it sees one more
 */
export async function awaitProofs(
  nc: NatsConnection,
  ids: Iterable<Hex>,
  limitMs: number,
  onProven: (count: number) => void = () => {},
): Promise<void> {
  const jsm = await jetstreamManager(nc)
  const giveUpMs = performance.now() + limitMs
  let proven = 0
  for (const id of ids) {
    while (!(await isProven(jsm, id))) {
      if (performance.now() > giveUpMs) return
      await sleep(lookMs)
    }
    onProven(++proven)
  }
}

async function isProven(jsm: JetStreamManager, taskId: Hex): Promise<boolean> {
  const last = await jsm.streams.getMessage(streams.tasks, { last_by_subj: subjects.task(taskId) })
  return last !== null && isProof({ headers: last.header })
}
