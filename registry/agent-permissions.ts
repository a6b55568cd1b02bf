import type { Permissions } from '@nats-io/jwt'
import { agentTenant, buckets, streams, subjects, workConsumer } from '../protocol/subjects.ts'
import { mayAnswer } from './may-answer.ts'

/** It is asked in this way for no more than how it is (`$SRV`); of its work, 2,000 messages a second cost the server nothing more then. */
const answerWithinMs = 2_000
/** Work of an agent that fell silent goes to its next connection after this; agents say `working` three times as often. */
export const ackWaitMs = 6_000

/** What an agent reads to see for itself whether a key may be released: hashes, what the chain says, policies. No payload. */
const witnessed = [streams.evidence, streams.chainEvents, `KV_${buckets.policies}`]

/** Reply subjects of an agent's own connection. */
export const agentInbox = (agentId: string) => `_INBOX.agent-${agentId}`

/** Reply subjects of whoever has no place on the bus yet. */
const enrolInbox = '_INBOX.enrol'

/**
 * What an agent may do on the bus, and nothing else: take its own work, answer it, report progress, show that it lives, state its capacity, send to the chain
 * under its own tenant, say what it made of a bulletin, answer those who ask it something; and read what no payload is in.
 */
export function agentPermissions(agentId: string): Partial<Permissions> {
  const consumer = `${streams.work}.${workConsumer(agentId)}`
  return {
    pub: {
      allow: [
        `$JS.API.CONSUMER.MSG.NEXT.${consumer}`,
        `$JS.API.CONSUMER.INFO.${consumer}`,
        `$JS.ACK.${consumer}.>`,
        subjects.result('*', '*', agentId),
        subjects.capacity(agentId),
        subjects.progress('*', '*', agentId),
        subjects.heartbeat('*', '*', agentId),
        subjects.attested(subjects.announced('*'), agentId),
        subjects.chainSubmit(agentTenant(agentId)),
        subjects.chainSubmitMany(agentTenant(agentId)),
        subjects.chainInfo,
        ...witnessed.map(stream => `$JS.API.STREAM.MSG.GET.${stream}`),
      ],
    },
    sub: { allow: [`${agentInbox(agentId)}.>`, '$SRV.>', subjects.bulletin('>')] },
    ...mayAnswer(answerWithinMs),
  }
}

/**
 * What anybody may do: ask which chain this is, and ask for credentials. These credentials are public, so one holder
 * can overhear what another is answered: a JWT, worth nothing without the seed that never left its owner.
 */
export const enrolPermissions: Partial<Permissions> = {
  pub: { allow: [subjects.credentials, subjects.chainInfo] },
  sub: { allow: [`${enrolInbox}.>`] },
}
