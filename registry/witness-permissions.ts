import type { Permissions } from '@nats-io/jwt'
import type { DomainId } from '../protocol/ids.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { type BusAccount, issueCreds } from '../stack/bus-user.ts'
import { mayAnswer } from './may-answer.ts'

/** Who asks for a cosignature waits as long. */
const answerWithinMs = 3_000

/**
 * What the witness of a domain may do on the bus, and nothing else: read the leaves of the evidence log and what the chain
 * says, message by message, and answer who asks for a cosignature. It needs no consumer, and could hinder no other's.
 */
export function witnessPermissions(domainId: DomainId): Partial<Permissions> {
  return {
    pub: {
      allow: [
        subjects.chainInfo,
        ...[streams.evidence, streams.chainEvents].map(stream => `$JS.API.STREAM.MSG.GET.${stream}`),
      ],
    },
    sub: {
      allow: [`_INBOX.witness-${domainId}.>`, subjects.witness, subjects.evidence('*'), subjects.chainEvent('*', '*')],
    },
    ...mayAnswer(answerWithinMs),
  }
}

/** Credentials for the witness of a domain: the text of a credentials file. Secret. */
export function issueWitnessCreds(account: BusAccount, domainId: DomainId, ttlSeconds: number): Promise<string> {
  return issueCreds(account, { name: `witness-${domainId}`, permissions: witnessPermissions(domainId), ttlSeconds })
}
