import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import { type AgentId, slugFromBytes32 } from '../../../protocol/ids.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import type { Log } from '../../../stack/log.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import { Movements } from './movements.ts'
import { type PastReader, reconcile } from './reconcile.ts'
import { agentStatement, type Period, type Statement } from './statement.ts'

export interface StatementOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  readonly node: PastReader
  readonly of: { readonly agentId: AgentId } | { readonly domainId: string }
  readonly period: Period
}

/**
 * A statement of an agent, or of all agents that a domain ever enrolled before the end of the period, from the confirmed
 * chain events, compared with the contracts.
 *
 * @throws EntenteError NOT_FOUND for who is unknown, STATEMENT_UNRECONCILED
 */
export async function makeStatement({ nc, log, chain, node, of, period }: StatementOptions): Promise<Statement> {
  const movements = new Movements()
  const registered = new Set<AgentId>()
  const enrolled = new Set<AgentId>()
  const events = followStream(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('*', '*'),
    take: ({ data }) => {
      const event = parseJson(ChainEvent, data)
      if (!event) return
      movements.take(event)
      const { agentId, domainId } = event.args
      if (event.event === 'Registered') registered.add(String(agentId))
      if (event.event !== 'AgentEnrolled' || event.blockTimeMs >= period.toMs) return
      if ('domainId' in of && slugFromBytes32(String(domainId)) === of.domainId) enrolled.add(String(agentId))
    },
    log,
  })
  await events.caughtUp
  await events.stop()
  const isAgent = 'agentId' in of
  const agents = isAgent ? [of.agentId].filter(id => registered.has(id)) : [...enrolled]
  const name = isAgent ? `agent ${of.agentId}` : `domain ${of.domainId}`
  if (agents.length === 0) throw new EntenteError('NOT_FOUND', `the chain's events know of no ${name} with agents`)
  agents.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  await reconcile(node, chain, movements, agents)
  return {
    of: name,
    chainId: chain.chainId,
    escrow: chain.contracts.Escrow!,
    period,
    agents: agents.map(agentId => agentStatement(movements, agentId, period)),
    reconciledAtBlock: movements.lastBlock,
  }
}
