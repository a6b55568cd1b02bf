import type { Hex } from '../protocol/hash.ts'
import { quantity, type RpcReceipt } from './block.ts'
import { canCarry, carry } from './carry.ts'
import { finalise } from './finalise.ts'
import type { Head } from './follow.ts'
import { lookAfterPassenger } from './lane/settle.ts'
import type { Message } from './message.ts'
import { mine } from './mine.ts'
import { type Pipeline, store } from './pipeline.ts'
import { isPricedOut, raiseFee } from './raise-fee.ts'
import { send } from './send.ts'
import { isDelegating } from './transaction.ts'
import { ownReceipt } from './who-used.ts'
import { postpone, work } from './work.ts'

/** What a healthy chain mines in the next block is worth a question after this many. */
const PATIENCE_BLOCKS = 3
/** Where no block comes as long as there is nothing to put into one, after so long. */
const PATIENCE_MS = 15_000

/** A node that has it, could mine it, and did not in so many blocks, may never do so by itself. */
const IDLE_BLOCKS = 24

/** Anyone who looks at a message sees it as it was at most so long ago. */
const NEWS_MS = 500

/** Finds what has been waiting for too long, and does what is needed: called again and again while the node answers. */
export function lookAfterAll(pipeline: Pipeline): void {
  const heads = headsOfQueues(pipeline)
  for (const message of pipeline.desk.all()) {
    if (message.busy > 0) continue
    if (!isDue(pipeline, message, heads)) {
      if (isOldNews(message)) void work(pipeline, message, () => store(pipeline, message))
    } else if (canCarry(message)) void carry(pipeline, message)
    else void work(pipeline, message, () => lookAfter(pipeline, message))
  }
}

/** What was noted is stored when nothing has come that could be stored with it. */
function isOldNews({ noted: [oldest] }: Message): boolean {
  return oldest !== undefined && Date.now() - oldest.atMs > NEWS_MS
}

/** Per signer the pooled message with the lowest nonce: the others wait for it anyway, so it alone is asked about. */
function headsOfQueues({ desk }: Pipeline): Set<Message> {
  const heads = new Map<Hex, Message>()
  for (const message of desk.all()) {
    const { state, signer, nonce } = message.life
    if (state !== 'POOLED') continue
    const head = heads.get(signer!)
    if (head === undefined || nonce! < head.life.nonce!) heads.set(signer!, message)
  }
  return new Set(heads.values())
}

function isDue({ head, desk, lane }: Pipeline, message: Message, heads: ReadonlySet<Message>): boolean {
  if (performance.now() < message.notBeforeMs) return false
  // Its batch is looked after, if that is in hand.
  if (message.life.batch !== null) return desk.get(message.life.batch) === undefined
  switch (message.life.state) {
    case 'ADMITTED':
      return !lane.waits(message)
    case 'POOLED':
      return message.suspect || (heads.has(message) && isOverdue(head, message))
    case 'MINED':
      return message.life.mined!.blockNumber <= head.finalNumber()
    default:
      return true
  }
}

function isOverdue(head: Head, { sentAtBlock, lookedAtMs }: Message): boolean {
  return head.latest().number >= sentAtBlock + PATIENCE_BLOCKS || performance.now() >= lookedAtMs + PATIENCE_MS
}

/** For a message that was sent: mined after all? its number used by someone else? gone from the pool? */
async function lookAfter(pipeline: Pipeline, message: Message): Promise<void> {
  const { state } = message.life
  if (message.life.batch !== null) return lookAfterPassenger(pipeline, message)
  if (state === 'MINED') return finalise(pipeline, message)
  if (state !== 'POOLED' && state !== 'INDETERMINATE' && state !== 'REORGED') return
  message.lookedAtMs = performance.now()
  // Asked first: a transaction of ours that is counted here has its receipt by the time we ask for that.
  const finalCount = await countFinal(pipeline, message.life.signer!)
  const receipt = await findReceipt(pipeline, message)
  if (receipt !== null) return mine(pipeline, message, receipt)
  if (finalCount > message.life.nonce!) {
    const own = await ownReceipt(pipeline, message)
    return own === null ? replace(pipeline, message, finalCount) : mine(pipeline, message, own)
  }
  if (state !== 'REORGED' && isPricedOut(pipeline, message)) return raiseFee(pipeline, message)
  if (state === 'POOLED') return lookInPool(pipeline, message)
  postpone(message)
  await send(pipeline, message, 'the same bytes again')
}

async function lookInPool(pipeline: Pipeline, message: Message): Promise<void> {
  const { signer, attempts } = message.life
  const pooled = await pipeline.rpc('eth_getTransactionByHash', [attempts.at(-1)!.txHash])
  const { number } = pipeline.head.latest()
  const idle = message.sentAtBlock === 0 ? 0 : number - message.sentAtBlock
  message.sentAtBlock = number
  message.suspect = false
  if (pooled !== null) {
    message.idleBlocks += idle
    if (message.idleBlocks >= IDLE_BLOCKS && (await isNext(pipeline, message))) await raiseFee(pipeline, message)
    return
  }
  // A node that drops one forgets the later ones of the same signer, or has lost its whole pool in a restart.
  for (const other of pipeline.desk.all()) {
    if (other !== message && other.life.signer === signer) other.suspect = true
  }
  await send(pipeline, message, 'dropped from the pool')
}

/** Whether its number is the one that its signer uses next: nothing is mined that has to be mined first. */
async function isNext({ rpc }: Pipeline, { life }: Message): Promise<boolean> {
  return Number(await rpc<Hex>('eth_getTransactionCount', [life.signer!, 'latest'])) === life.nonce
}

/** How many transactions of the signer are final. */
async function countFinal({ rpc, head }: Pipeline, signer: Hex): Promise<number> {
  return Number(await rpc<Hex>('eth_getTransactionCount', [signer, quantity(Math.max(0, head.finalNumber()))]))
}

/** Any attempt may be the one that was mined. */
async function findReceipt({ rpc }: Pipeline, message: Message): Promise<RpcReceipt | null> {
  for (const { txHash } of message.life.attempts.toReversed()) {
    const receipt = await rpc<RpcReceipt | null>('eth_getTransactionReceipt', [txHash])
    if (receipt !== null) return receipt
  }
  return null
}

/**
 * A transaction that is not ours has used the number up, and is final: none of our attempts can ever be mined, so the
 * call may go out under a new number without a second effect.
 */
async function replace(pipeline: Pipeline, message: Message, finalCount: number): Promise<void> {
  const { signer, nonce, attempts } = message.life
  pipeline.log.error({ messageId: message.messageId, signer, nonce }, 'someone else sends with this key')
  if (attempts.some(({ raw }) => isDelegating(raw))) pipeline.nonces.giveBack(signer!, nonce! + 1)
  pipeline.nonces.raise(signer!, finalCount)
  await store(pipeline, message, {
    state: 'REPLACED',
    cause: `nonce ${nonce} was used by a transaction that is not ours`,
  })
}
