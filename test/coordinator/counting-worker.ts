import type { Hex } from '../../protocol/hash.ts'
import type { Execute } from '../agents/sdk/office.ts'
import type { Consortium, Member } from '../registry/consortium.ts'
import { startBareWorker } from './bare-worker.ts'

/**
 * An agent that takes whatever its queue gives, all of it at once, and answers each when its work is done: what it has in
 * hand is what coordinators gave it, and not what it let itself begin.
 */
export async function startCountingWorker(consortium: Consortium, member: Member, work: () => Promise<unknown>) {
  const worker = await startBareWorker(consortium, member)
  const taken: Hex[] = []
  const answered: Hex[] = []
  let [open, most] = [0, 0]

  async function take(): Promise<void> {
    for (;;) {
      const next = await worker.next()
      if (next?.item.kind !== 'execute') {
        next?.message.ack()
        continue
      }
      taken.push(next.item.taskId)
      most = Math.max(most, ++open)
      void answer(next.item, next.message)
    }
  }

  async function answer(item: Execute, message: { ack(): void }): Promise<void> {
    await work()
    open -= 1
    answered.push(item.taskId)
    await worker.send(item, worker.resultOf(item, {}))
    message.ack()
  }

  // It ends with its connection.
  take().catch(() => {})
  return {
    taken,
    answered,
    most: () => most,
    stop: () => worker.stop(),
  }
}
