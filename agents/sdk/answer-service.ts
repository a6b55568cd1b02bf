import { type Msg, type NatsConnection, nuid } from '@nats-io/nats-core'
import type { AgentCard } from '../../protocol/agent-card.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { subjects, workConsumer } from '../../protocol/subjects.ts'
import { serviceName } from './card.ts'

/** Counters of one skill, as `$SRV.STATS` shows them. */
interface Counters {
  num_requests: number
  num_errors: number
  last_error: string
  /** Nanoseconds. */
  processing_time: number
}

export interface ServiceStats {
  count(skill: string, tookMs: number, error?: string): void
}

/**
 * Shows the agent as a NATS micro service, so that `nats micro ls|info|stats` sees it: it answers
 * `$SRV.PING|INFO|STATS`, bare, with its name, or with its name and instance id. One endpoint a skill; its subject is
 * the agent's work queue, for work is not asked for by request but lies in a stream.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-32.md
 */
export function answerService(nc: NatsConnection, agentId: string, card: AgentCard): ServiceStats {
  const id = nuid.next()
  const started = new Date().toISOString()
  const name = serviceName(card.name)
  const version = card.skills[0]?.version ?? '0.0.0'
  const who = { name, id, version, metadata: { agentId, card: contentHash(card) } }
  const counters = new Map(card.skills.map(skill => [skill.name, noneYet()]))

  const endpoints = card.skills.map(skill => ({
    name: skill.name,
    subject: subjects.work(agentId),
    queue_group: workConsumer(agentId),
    metadata: { version: skill.version, price: skill.price },
  }))
  const stats = () => endpoints.map(endpoint => ({ ...endpoint, ...shown(counters.get(endpoint.name)!) }))
  const answers = {
    PING: () => ({ type: 'io.nats.micro.v1.ping_response', ...who }),
    INFO: () => ({ type: 'io.nats.micro.v1.info_response', ...who, description: card.description, endpoints }),
    STATS: () => ({ type: 'io.nats.micro.v1.stats_response', ...who, started, endpoints: stats() }),
  }
  for (const [verb, answer] of Object.entries(answers)) {
    const callback = (_: Error | null, message: Msg) => void message.respond(JSON.stringify(answer()))
    for (const subject of [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`])
      nc.subscribe(subject, { callback })
  }

  return {
    count(skill, tookMs, error) {
      const counter = counters.get(skill.split('@')[0]!)
      if (!counter) return
      counter.num_requests += 1
      counter.processing_time += Math.round(tookMs * 1e6)
      if (error === undefined) return
      counter.num_errors += 1
      counter.last_error = error
    },
  }
}

function noneYet(): Counters {
  return { num_requests: 0, num_errors: 0, last_error: '', processing_time: 0 }
}

function shown(counters: Counters) {
  const { num_requests, processing_time } = counters
  return { ...counters, average_processing_time: num_requests === 0 ? 0 : Math.round(processing_time / num_requests) }
}
