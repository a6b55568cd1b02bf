import type { NatsConnection } from '@nats-io/nats-core'
import { AbiCoder } from 'ethers'
import type { BulletinAnswer } from '../../agents/sdk/bulletin.ts'
import type { Json } from '../../protocol/canonical.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { ChainInfo, ChainRecord } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex, type Hex, keccak256 } from '../../protocol/hash.ts'
import { awaitOutcome, completeMessage } from '../../stack/chain-intent.ts'
import { announce } from './announce.ts'
import { quorum } from './open-plan.ts'

const answerMs = 5_000
/** A slow chain may hold them up for longer, and with too few of them nothing goes on. */
const mostMs = 15_000
const outcomeMs = 60_000
const validS = 600

/** What came of one agency's look at the bulletin. */
export interface Attestation {
  readonly agentId: string
  readonly name: string
  /** Null when it was attested on chain; else why not. */
  readonly refused: string | null
}

/**
 * Sends the hazard to every agency; each judges it by itself, and attests it on chain under its own signature.
 * @throws EntenteError THRESHOLD_NOT_MET when too few attested, with each agency's, or the contract's, reason
 */
export async function attest(nc: NatsConnection, planId: Hex, hazard: Json, attestors: number): Promise<Attestation[]> {
  const alertHash = contentHash(hazard)
  const validUntil = Math.floor(Date.now() / 1000) + validS
  const bulletin = { planId, alertHash, validUntil, bulletin: hazard }
  const asking = { agents: attestors, usualMs: answerMs, enough: quorum, atMostMs: mostMs }
  const attestations: Promise<Attestation>[] = []
  for await (const answer of announce(nc, bulletin, asking)) attestations.push(outcomeOf(nc, answer))
  const all = await Promise.all(attestations)
  const attested = all.filter(({ refused }) => refused === null).length
  if (attested >= quorum) return all
  const reasons = [...new Set(all.flatMap(({ refused }) => refused ?? []))].join('; ')
  const why = reasons || `${all.length} of ${attestors} agencies answered the bulletin`
  throw new EntenteError('THRESHOLD_NOT_MET', `${attested} of ${quorum} needed attested: ${why}`)
}

async function outcomeOf(nc: NatsConnection, answer: BulletinAnswer): Promise<Attestation> {
  const { agentId, name } = answer
  if (!answer.attested) return { agentId, name, refused: answer.why }
  try {
    await awaitOutcome(nc, answer.messageId, { timeoutMs: outcomeMs })
    await completeMessage(nc, answer.messageId)
    return { agentId, name, refused: null }
  } catch (error) {
    if (!(error instanceof EntenteError) || error.code !== 'CHAIN_REVERTED') throw error
    return { agentId, name, refused: reasonOf(error) }
  }
}

/** The contract's own word, without the message that it answered: agencies refused alike are then one reason. */
function reasonOf({ cause, message }: EntenteError): string {
  const { revert } = (cause ?? {}) as Partial<ChainRecord>
  if (!revert) return message
  const args = Object.entries(revert.args ?? {}).map(([name, value]) => `${name} ${value}`)
  return `the contract refuses it by ${revert.name} (${args.join(', ')})`
}

/** The id of the task that a response plan opens for an alert (ResponsePlans.taskIdOf). */
export function taskIdOf(chain: ChainInfo, planId: Hex, alertHash: Hex): Hex {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ['uint256', 'address', 'bytes32', 'bytes32'],
    [chain.chainId, chain.contracts.ResponsePlans, planId, alertHash],
  )
  return keccak256(fromHex(encoded))
}
