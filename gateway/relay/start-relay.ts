import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { signingDomain } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { buckets, subjects } from '../../protocol/subjects.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import type { Log } from '../../stack/log.ts'
import { serve } from '../../stack/serve.ts'
import type { Chosen } from '../profiles/choose-profile.ts'
import type { Rpc } from '../rpc.ts'
import { Destination } from './destination.ts'
import { Relay } from './relay.ts'
import { Source } from './source.ts'

export interface StartRelayOptions {
  /** Of the destination. */
  readonly nc: NatsConnection
  readonly from: Rpc
  readonly source: Chosen
  readonly to: Rpc
  readonly sinceBlock: number
  readonly log: Log
}

/**
 * Carries from a chain to the one whose gateways are on this bus, until stopped.
 * @throws EntenteError CHAIN_PROFILE_MISMATCH when `to` is no node of that chain, or both are one chain
 */
export async function startRelay({ nc, from, source, to, sinceBlock, log }: StartRelayOptions) {
  const info = await askChainInfo(nc)
  const there = Number(await to<Hex>('eth_chainId', []))
  if (there !== info.chainId) {
    const what = `the node to carry to is of chain ${there}, and the gateway's chain is ${info.chainId}`
    throw new EntenteError('CHAIN_PROFILE_MISMATCH', what)
  }
  if (source.chainId === there) throw new EntenteError('CHAIN_PROFILE_MISMATCH', `both nodes are of chain ${there}`)
  const stopping = new AbortController()
  const relay = new Relay({
    ...{ nc, sinceBlock, log, signal: stopping.signal },
    sourceChain: source.chainId,
    destinationChain: there,
    domain: signingDomain(info.chainId, info.contractRegistry),
    source: new Source(from, source.profile),
    destination: new Destination(to, info, source.chainId),
    cursors: await new Kvm(nc).open(buckets.cursors),
    logRange: source.profile.logRange,
  })
  const door = serve(nc, { subject: subjects.relayFigures, schema: z.null(), log }, async () => relay.figures())
  const running = relay.run()
  return {
    figures: () => relay.figures(),
    async stop() {
      door.unsubscribe()
      stopping.abort()
      await running
    },
  }
}
