import { setTimeout as sleep } from 'node:timers/promises'
import type { ChainEvent } from '../protocol/chain-event.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { ReceiptRules } from '../stack/chain-profile.ts'
import type { Log } from '../stack/log.ts'
import type { Bell } from './bell.ts'
import type { Contracts } from './contracts.ts'
import type { EventLog } from './event-log.ts'
import type { Head } from './follow.ts'
import { readEvents } from './read-events.ts'
import type { Rpc } from './rpc.ts'

/** Blocks whose headers are asked for at once when catching up. */
const RANGE_BLOCKS = 1_000

const RETRY_MS = 250

/** Nothing is new before the next block, which ends the wait; that another gateway publishes now is seen after this. */
const longestWaitMs = 1_000

export type ListenOptions = {
  rpc: Rpc
  rules: ReceiptRules
  head: Head
  contracts: Contracts
  events: EventLog
  /** Of several gateways one publishes; two who do so at once are only in each other's way. */
  isMine: () => boolean
  pollMs: number
  /** Rung at each new block. */
  blocks: Bell
  log: Log
  signal: AbortSignal
}

/**
 * Publishes every event of every final block, once and in order, from the registry's creation on. Where it stands is
 * where the stream ends, so neither a crash nor a second gateway can repeat or lose one.
 *
 * @throws EntenteError RECEIPT_TYPE_UNKNOWN when the chain is another than its profile says: no later look would change that
 */
export async function listen(options: ListenOptions): Promise<void> {
  const { head, contracts, events, isMine, pollMs, blocks, log, signal } = options
  let mine = false
  while (!signal.aborted) {
    if (!isMine()) {
      mine = false
      await sleep(pollMs, undefined, { signal }).catch(() => {})
      continue
    }
    try {
      if (!mine) await contracts.refresh()
      mine = true
      const next = Math.max(contracts.deploymentBlock, (await events.position()).nextBlock)
      if (next > head.finalNumber()) await blocks.wait(longestWaitMs, signal)
      else await publishRange(options, next)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof EntenteError && error.code === 'RECEIPT_TYPE_UNKNOWN') throw error
      log.warn({ err: error }, 'events are published later')
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

async function publishRange(options: ListenOptions, from: number): Promise<void> {
  const { head, contracts, events } = options
  // Near the head the blocks are at hand, one by one; what is older is asked for in ranges.
  const atHand = head.block(from) !== undefined
  const to = atHand ? from : Math.min(from + RANGE_BLOCKS - 1, head.finalNumber())
  const found = await readEvents({ ...options, addresses: contracts.addresses(), from, to })
  await events.publish(found, to)
  if (found.some(changesContracts)) await contracts.refresh()
}

function changesContracts(event: ChainEvent): boolean {
  return event.contract === 'ContractRegistry'
}
