import { type JetStreamClient, jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { type AgentCard, cardUri } from '../../protocol/agent-card.ts'
import { contentHash } from '../../protocol/canonical.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { ChainEntry } from '../../protocol/chain-message.ts'
import type { TaskEntry } from '../../protocol/events.ts'
import type { Leaf } from '../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { buckets, subjects } from '../../protocol/subjects.ts'
import { startMs } from './sample-task.ts'

type What = { contract: string; event: string; args: ChainEvent['args'] }

export const adminA: Hex = `0x${'a1'.repeat(20)}`
export const walletA: Hex = `0x${'a2'.repeat(20)}`
export const stranger: Hex = `0x${'ff'.repeat(20)}`

export const card: AgentCard = {
  type: 'https://eips.ethereum.org/EIPS/eip-8004#registration-v1',
  name: 'persistence',
  description: 'Carries on the motion of the last hours.',
  services: [],
  x402Support: false,
  active: true,
  supportedTrust: [],
  skills: [],
}

/** Puts on the bus what the other rooms would put there. */
export class Publisher {
  readonly #nc: NatsConnection
  readonly #js: JetStreamClient
  #block = 0

  constructor(nc: NatsConnection) {
    this.#nc = nc
    this.#js = jetstream(nc)
  }

  async entries(entries: readonly TaskEntry[]): Promise<void> {
    for (const entry of entries) await this.#js.publish(subjects.task(entry.taskId), JSON.stringify(entry))
  }

  async leaves(leaves: readonly Leaf[]): Promise<void> {
    for (const leaf of leaves) await this.evidence(JSON.stringify(leaf))
  }

  /** A message of the evidence stream, whatever it says. */
  async evidence(text: string): Promise<void> {
    await this.#js.publish(subjects.evidence('task'), text)
  }

  async life(entries: readonly ChainEntry[]): Promise<void> {
    for (const entry of entries) await this.#js.publish(subjects.chainTx(entry.messageId), JSON.stringify(entry))
  }

  async chain(events: readonly What[]): Promise<void> {
    for (const { contract, event, args } of events) {
      const block = ++this.#block
      const where = {
        address: stranger,
        blockNumber: block,
        blockHash: sha256(`block ${block}`),
        blockTimeMs: startMs + block,
        txHash: sha256(`tx ${block}`),
        logIndex: 0,
      }
      const message: ChainEvent = { contract, event, args, ...where }
      await this.#js.publish(subjects.chainEvent(contract, event), JSON.stringify(message))
    }
  }

  async card(content: AgentCard): Promise<void> {
    const cards = await new Kvm(this.#nc).open(buckets.cards)
    await cards.put(contentHash(content).slice(2), JSON.stringify(content))
  }
}

export const admit = (domainId: string, admin: Hex): What => ({
  contract: 'Domains',
  event: 'DomainAdmitted',
  args: { domainId: domainToBytes32(domainId), admin, name: `Department ${domainId}` },
})

/** Mint, registration, wallet, enrolment and stake of one agent, as the contracts emit them. */
export const enrolled = (agentId: string, domainId: string, owner: Hex, wallet: Hex): What[] => [
  {
    contract: 'IdentityRegistry',
    event: 'Transfer',
    args: { from: `0x${'0'.repeat(40)}`, to: owner, tokenId: agentId },
  },
  { contract: 'IdentityRegistry', event: 'Registered', args: { agentId, agentURI: cardUri(contentHash(card)), owner } },
  {
    contract: 'IdentityRegistry',
    event: 'MetadataSet',
    args: { agentId, indexedMetadataKey: sha256('agentWallet'), metadataKey: 'agentWallet', metadataValue: wallet },
  },
  { contract: 'Domains', event: 'AgentEnrolled', args: { domainId: domainToBytes32(domainId), agentId } },
  { contract: 'Stake', event: 'StakeDeposited', args: { agentId, from: owner, amount: `5${'0'.repeat(30)}` } },
]

export const messageId = sha256('message')

/** A message's life from arrival to completion, with one fee bump. */
export const messageLife: ChainEntry[] = [
  {
    messageId,
    traceId: 'ab'.repeat(16),
    steps: [
      {
        state: 'RECEIVED',
        atMs: startMs,
        about: { tasks: [sha256('t')], agents: ['7', '8'] },
        intent: {
          tenant: 'coordinator',
          operation: 'settle',
          businessId: 'katrina',
          from: 'relayer',
          contract: 'Escrow',
          call: 'settle',
          args: [{ taskId: sha256('t') }, '0xab'],
          value: '0',
          prove: true,
        },
      },
    ],
  },
  {
    messageId,
    steps: [
      { state: 'NONCED', atMs: startMs + 10, signer: adminA, nonce: 4 },
      { state: 'SIGNED', atMs: startMs + 11, attempt: 1, txHash: sha256('first') },
    ],
  },
  {
    messageId,
    steps: [
      { state: 'POOLED', atMs: startMs + 12 },
      { state: 'REPLACED', atMs: startMs + 500, attempt: 2, txHash: sha256('second'), cause: 'fee too low' },
    ],
  },
  {
    messageId,
    steps: [
      { state: 'MINED', atMs: startMs + 700, blockNumber: 9, gasUsed: '81234' },
      { state: 'COMPLETED', atMs: startMs + 900 },
    ],
  },
]
