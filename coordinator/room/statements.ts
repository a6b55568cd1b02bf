import type { NatsConnection } from '@nats-io/nats-core'
import { CapacityStatement, capacityDocument } from '../../protocol/capacity.ts'
import { signerOf } from '../../protocol/documents.ts'
import type { Address } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'

/** What an agent states, and whose signature is under it. */
export interface Stated {
  readonly statement: CapacityStatement
  readonly signer: Address | null
}

/** The last word of each agent on what it can commit, as far as the bus has it. */
export interface Statements {
  of(agentId: string): Stated | undefined
}

/**
 * Follows what agents state. An older statement never takes the place of a later one; whether the signer is the agent's wallet
 * is asked when a statement is to count, since the chain may change that.
 */
export async function followStatements(
  nc: NatsConnection,
  log: Log,
  domain: SigningDomain,
): Promise<Statements & { onChange(listener: () => void): void; stop(): Promise<void> }> {
  const known = new Map<string, Stated>()
  const listeners = new Set<() => void>()
  const reader = followStream(nc, {
    stream: streams.capacity,
    subject: subjects.capacity('*'),
    lastOnly: true,
    log,
    take({ subject, data }) {
      const statement = parseJson(CapacityStatement, data)
      if (!statement || subject !== subjects.capacity(statement.agentId)) {
        return log.warn({ subject }, 'what is no statement of capacity was left out')
      }
      const before = known.get(statement.agentId)?.statement
      if (before && before.statedAtMs >= statement.statedAtMs) return
      const signer = signerOf(domain, 'Capacity', capacityDocument(statement), statement.signature)
      known.set(statement.agentId, { statement, signer })
      for (const listener of listeners) listener()
    },
  })
  await reader.caughtUp
  return {
    of: agentId => known.get(agentId),
    onChange: listener => void listeners.add(listener),
    stop: () => reader.stop(),
  }
}
