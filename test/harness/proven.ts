import { expect } from 'vitest'
import { verifyBundle } from '../../evidence/verify.ts'
import { Bundle } from '../../protocol/evidence.ts'
import { followTask } from '../../scenarios/consortium/follow-task.ts'
import type { Wish } from '../../scenarios/consortium/make-order.ts'
import { orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { openLog } from '../../stack/log.ts'

const log = openLog('test', { LOG_LEVEL: 'silent' })

/** Orders a task of which nothing is asked of people, follows it to its proof, and expects that its bundle holds against the chain. */
export async function proven(consortium: Consortium, wish: Wish) {
  const taskId = await submit(consortium, await orderTask(consortium, wish))
  const following = followTask(consortium.nc, taskId, { log, onEvent: () => {} })
  const task = await following.ended.finally(() => following.stop())
  const text = JSON.parse(Buffer.from(await getArtifact(consortium.nc, task.proven!.bundle)).toString('utf8'))
  const { findings } = await verifyBundle(text, { rpcUrl: consortium.stack.urls.chain })
  expect(findings).toEqual([])
  const bundle = Bundle.parse(text)
  return { task, text, bundle, events: bundle.events.map(({ event }) => event) }
}
