import { subjects } from '../protocol/subjects.ts'
import { profileNamed } from '../stack/chain-profile.ts'
import { startAnchoring } from './anchors/start-anchoring.ts'
import { createBell } from './bell.ts'
import type { Block } from './block.ts'
import { openDoors } from './doors.ts'
import { openEventLog } from './event-log.ts'
import { followRegistry } from './follow-registry.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { listen } from './listen.ts'
import { startListeners } from './listeners/start-listeners.ts'
import { keepLowWater } from './low-water.ts'
import { onBlock, onRetract } from './on-block.ts'
import { openPipeline } from './open-pipeline.ts'
import { survey } from './survey.ts'
import { tend } from './tend.ts'

/** A block of 0.25 s is noticed within a fifth of it. One small request each time. */
const pollMs = 50

export interface Gateway {
  /** Takes nothing new, finishes the step that each message is at, and leaves the rest to the next start. */
  stop(): Promise<void>
}

/** Starts the one room that writes to the chain and watches it. The streams must be there. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { nc, rpc, log, profile = profileNamed('other'), registryMs = 60_000 } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const found = await survey({ ...options, profile, pollMs, signal })
  const { js, jsm, signers, contracts, ledger, following, buckets } = found
  const { pipeline, running } = await openPipeline({ ...options, profile, signal }, found)
  const { desk, leases, entries, head } = pipeline
  let halted = false
  // Who follows the chain and who reads its events may find the same.
  const halt = (reason: unknown) => {
    if (halted) return
    halted = true
    void stop()
    options.onHalt(reason)
  }
  const [blocks, changes] = [createBell(), createBell()]
  const block = (block: Block) => {
    blocks.ring()
    onBlock(pipeline, block)
  }
  const loops = [
    ...running,
    following.run({ block, retract: block => onRetract(pipeline, block) }).catch(halt),
    listen({
      ...{ rpc, rules: profile.receipts, head, contracts, log, signal, pollMs, blocks },
      events: openEventLog({ js, jsm, cursors: buckets.cursors }),
      isMine: () => leases.holds(signers.relayer),
    }).catch(halt),
    followRegistry({ contracts, changes, everyMs: registryMs, log, signal }),
    tend(pipeline),
    keepLowWater(buckets.cursors, { ledger, lastSeq: entries.lastSeq, log, signal }),
  ]
  const listeners = await startListeners({
    ...{ nc, js, jsm, reach: options.webhookReach, log },
    ...(options.deliveryLimits === undefined ? {} : { limits: options.deliveryLimits }),
  })
  const anchoring = startAnchoring({ nc, js, jsm, pipeline, limits: options.trees })
  // Whoever publishes it knows already.
  const registry = nc.subscribe(subjects.chainEvent('ContractRegistry', '*'), { callback: () => changes.ring() })
  const doors = [registry, ...openDoors(nc, pipeline), ...anchoring.doors]

  async function stop(): Promise<void> {
    await Promise.all(doors.map(door => door.drain().catch(() => {})))
    stopping.abort()
    await Promise.all([...loops, anchoring.done, listeners.stop()])
    await Promise.all(desk.all().map(message => message.turn))
    const news = desk.all().filter(({ noted }) => noted.length > 0)
    await Promise.allSettled(news.map(message => pipeline.journal.append(message)))
    await leases.stop()
  }
  return { stop }
}
