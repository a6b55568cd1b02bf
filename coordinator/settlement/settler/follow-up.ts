import type { JetStreamManager } from '@nats-io/jetstream'
import { taskIdOf } from '../../../protocol/batch-lines.ts'
import { messageIdOf } from '../../../protocol/chain-message.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import { readRecords } from '../../../stack/chain-records.ts'
import type { Log } from '../../../stack/log.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { Handle } from '../../handle.ts'
import { finaliseKey, postKey, settlerTenant } from '../../tenant.ts'
import type { ChainReader } from '../chain-reader.ts'
import { OpenLines } from '../open-lines.ts'
import type { PostedBatch } from '../posted-batches.ts'
import type { Acts } from './acts.ts'
import type { BatchTasks } from './batch-tasks.ts'
import type { Standing } from './standing.ts'

export interface FollowUp {
  readonly log: Log
  readonly jsm: JetStreamManager
  readonly handle: Handle
  readonly reader: ChainReader
  readonly acts: Acts
  readonly standing: Standing
  readonly tasks: BatchTasks
  readonly domain: SigningDomain
  readonly account: Address
  readonly windowSeconds: bigint
}

/** Does what follows from what became of a batch. @returns whether nothing more does until an event says something new of it */
export async function followUp(around: FollowUp, posted: PostedBatch): Promise<boolean> {
  switch (posted.status) {
    case 'posted':
      return (await record(around, posted)) && (await finalise(around, posted))
    case 'final':
      return settle(around, posted)
    default:
      return takeBack(around, posted)
  }
}

/** Writes into the log of each task that it is in the batch. What another settler posted is its own to record. */
async function record(around: FollowUp, posted: PostedBatch): Promise<boolean> {
  const { handle, tasks, account, log } = around
  if (posted.settler !== account) return true
  const ledger = await around.standing.linesOf(posted)
  const message = await messageOf(around, posted)
  if (!ledger || !message) {
    log.warn({ batch: `${posted.id}` }, 'a batch of this account was posted by somebody else')
    return true
  }
  const { id, batch, posted: at } = posted
  const named = { batch: `${id}`, data: batch.data, message, ...at }
  for (const [line, taskId] of tasksOf(around, ledger).entries()) {
    if (!tasks.get(taskId) || tasks.get(taskId)!.batch) continue
    await handle(taskId, () => ({ type: 'recordBatch', atMs: Date.now(), line, ...named }))
  }
  return true
}

/** The message that posted it; null where none of a settler's did. */
async function messageOf({ jsm }: FollowUp, { batch, posted }: PostedBatch): Promise<Hex | null> {
  for (let attempt = 0; ; attempt++) {
    const messageId = messageIdOf(postKey(batch, attempt))
    const records = await readRecords(jsm, messageId)
    if (records.length === 0) return null
    if (records.some(({ record }) => record.txHash === posted.txHash)) return messageId
  }
}

/** Anyone may, once its window is over: what stands on a batch waits for it. */
async function finalise({ reader, acts, windowSeconds }: FollowUp, posted: PostedBatch): Promise<boolean> {
  const { id, batch, postedAt } = posted
  if (BigInt(await reader.now()) >= postedAt + windowSeconds) {
    const call = { contract: 'Batches', call: 'finalise', args: [id, batch] } as const
    await acts.do(attempt => finaliseKey(id, attempt), call)
  }
  // Its window ends without an event.
  return false
}

/** Has the penalties of a final batch imposed, and writes into each task's log that it is settled. */
async function settle(around: FollowUp, posted: PostedBatch): Promise<boolean> {
  const { handle, tasks, account } = around
  const ledger = await around.standing.linesOf(posted)
  if (!ledger) return true
  const left = tasksOf(around, ledger).filter(taskId => tasks.get(taskId))
  if (left.length === 0) return true
  if (posted.settler !== account) {
    for (const taskId of left) tasks.forget(taskId)
    return true
  }
  await record(around, posted)
  await impose(around, posted, ledger)
  for (const taskId of left) {
    if (tasks.get(taskId)?.batch?.batch !== `${posted.id}`) continue
    await handle(taskId, () => ({ type: 'recordSettlement', atMs: Date.now(), ...posted.final! }))
  }
  return left.every(taskId => !tasks.get(taskId))
}

async function impose({ acts }: FollowUp, { id, batch }: PostedBatch, ledger: Ledger): Promise<void> {
  const lines = new OpenLines(ledger)
  await acts.doAll(
    ledger.penalties.map(({ task }, index) => ({
      keyOf: attempt => ({ tenant: settlerTenant, operation: 'impose', businessId: `${id}/${index}/${attempt}` }),
      call: {
        ...{ contract: 'Batches', call: 'impose' },
        args: [id, batch, lines.task(Number(task)), lines.penalty(index)],
      },
    })),
  )
}

/** The tasks of a batch that fell wait for another, and its debits go back to their requesters. */
async function takeBack({ handle, acts, tasks }: FollowUp, posted: PostedBatch): Promise<boolean> {
  const { id, batch, status } = posted
  const how = status === 'condemned' ? 'condemned' : 'orphaned'
  for (const taskId of tasks.inBatch(`${id}`)) {
    await handle(taskId, () => ({ type: 'recordFall', atMs: Date.now(), batch: `${id}`, how }))
  }
  if (posted.unwound) return true
  const key = (attempt: number) => ({
    ...{ tenant: settlerTenant, operation: 'unwind', businessId: `${id}/${attempt}` },
  })
  await acts.do(key, { contract: 'Batches', call: 'unwind', args: [id, batch] })
  return false
}

function tasksOf({ domain }: FollowUp, { tasks }: Ledger): Hex[] {
  return tasks.map(({ order }) => taskIdOf(domain, order))
}
