import { jetstreamManager } from '@nats-io/jetstream'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import { signingDomain } from '../../../protocol/documents.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import type { TowerFigures } from '../../../protocol/tower-figures.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import type { StreamMessage } from '../../../stack/stream-message.ts'
import { followEvidence } from '../evidence-leaves.ts'
import { readRules } from '../read-facts.ts'
import { SettledOrders } from '../settled-orders.ts'
import { type TowerOptions, Watch } from './watch.ts'

export interface Tower {
  figures(): TowerFigures
  stop(): Promise<void>
}

/**
 * Watches every batch that is posted, and challenges those that are wrong. All that it knows it reads anew when it starts:
 * the chain's events, the published lines, the evidence log. What it does has its name from the batch, so that done again
 * it is done once.
 */
export async function startTower(options: TowerOptions): Promise<Tower> {
  const { nc, log, chain, reader, account } = options
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const [rules, evidence, jsm] = await Promise.all([
    readRules(reader, domain),
    followEvidence(nc, log),
    jetstreamManager(nc),
  ])
  const watch = new Watch({ ...options, jsm }, { reader, rules, evidence, account, orders: new SettledOrders(domain) })
  const take = (message: StreamMessage) => {
    const event = parseJson(ChainEvent, message.data)
    if (event) watch.take(event)
  }
  const place = { stream: streams.chainEvents, subject: subjects.chainEvent('*', '*') }
  const events = followStream(nc, { ...place, take, log })
  await events.caughtUp
  const stopping = new AbortController()
  const watching = watch.run(stopping.signal)
  return {
    figures: () => watch.figures(),
    async stop() {
      stopping.abort()
      await Promise.all([events.stop(), evidence.stop(), watching])
    },
  }
}
