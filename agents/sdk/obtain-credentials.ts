import { setTimeout as sleep } from 'node:timers/promises'
import { fmtCreds, type KeyPair } from '@nats-io/jwt'
import type { NatsConnection } from '@nats-io/nats-core'
import type { AgentCard } from '../../protocol/agent-card.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { ChainInfo } from '../../protocol/chain-message.ts'
import { Credentials } from '../../protocol/credentials.ts'
import { signDocument } from '../../protocol/documents.ts'
import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address, AgentId } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { connectBus } from '../../stack/bus.ts'
import { type AgentIdentity, identityOf } from './identity.ts'
import { sealingKeyOf } from './seal/wrap.ts'

const GIVE_UP_AFTER_MS = 10_000
const asking = { timeoutMs: 3_000, silence: 'BUS_UNREACHABLE' } as const
const RETRY_MS = 100
/** An agent registered a moment ago: the directory has yet to hear of it from the chain. */
const mendedByTime: ReadonlySet<string> = new Set<ErrorCode>(['AGENT_INACTIVE', 'CARD_MISMATCH', 'BUS_UNREACHABLE'])

export interface Applicant {
  readonly natsUrl: string
  /** Text of the public credentials that allow asking for these. */
  readonly enrolCreds: string
  readonly agentId: AgentId
  readonly privateKey: Hex
  readonly card: AgentCard
  /** Made by the agent for this run; the seed stays here. */
  readonly userKey: KeyPair
  /** Sign for these contracts alone; without it the bus is believed. */
  readonly contractRegistry?: Address
}

export interface Admission {
  readonly identity: AgentIdentity
  /** Text of a credentials file. Secret. */
  readonly creds: string
  readonly expiresAtMs: number
}

/**
 * Proves to the consortium whose agent this is, and gets a place on the bus. Waits a while for a bus that is just
 * starting, or an enrolment that was just confirmed.
 *
 * @throws EntenteError AGENT_INACTIVE, CARD_MISMATCH, SIGNATURE_INVALID, REQUEST_STALE, BUS_UNREACHABLE
 */
export async function obtainCredentials(applicant: Applicant): Promise<Admission> {
  const { natsUrl: url, enrolCreds: creds, agentId } = applicant
  const nc = await connectBus({ url, creds, name: `enrol agent-${agentId}` })
  try {
    const giveUpMs = performance.now() + GIVE_UP_AFTER_MS
    for (;;) {
      try {
        return await apply(nc, applicant)
      } catch (error) {
        const mayMend = error instanceof EntenteError && mendedByTime.has(error.code)
        if (!mayMend || performance.now() > giveUpMs) throw error
        await sleep(RETRY_MS)
      }
    }
  } finally {
    await nc.close()
  }
}

async function apply(nc: NatsConnection, applicant: Applicant): Promise<Admission> {
  const { agentId, privateKey, card, userKey, contractRegistry } = applicant
  const told = ChainInfo.parse(await ask(nc, subjects.chainInfo, null, asking))
  if (contractRegistry && contractRegistry !== told.contractRegistry) {
    throw new EntenteError('CONFIG_INVALID', `the bus serves ${told.contractRegistry}, CONTRACT_REGISTRY is another`)
  }
  const identity = identityOf(agentId, privateKey, told)
  const issuedAtMs = Date.now()
  const signed = { agentId, userKey: userKey.getPublicKey(), cardHash: contentHash(card), issuedAtMs }
  const signature = signDocument(identity.domain, 'CredentialRequest', signed, privateKey)
  const sealing = await sealingKeyOf(identity)
  const request = { agentId, userKey: signed.userKey, card, sealing, issuedAtMs, signature }
  const { jwt, expiresAtMs } = Credentials.parse(await ask(nc, subjects.credentials, request, asking))
  return { identity, creds: new TextDecoder().decode(fmtCreds(jwt, userKey)), expiresAtMs }
}
