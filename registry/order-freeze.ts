import type { NatsConnection } from '@nats-io/nats-core'
import { ABIS } from '../contracts/abis.ts'
import { encodeCall } from '../contracts/bindings.ts'
import { canonicalJson } from '../protocol/canonical.ts'
import type { ChainInfo } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import { type FreezeOrder, regulatorTenant } from '../protocol/freeze.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import { putArtifact } from '../stack/artifacts.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../stack/chain-intent.ts'
import type { Directory } from './directory.ts'
import { standings } from './freezes.ts'

const TIMEOUT_MS = 60_000

interface Ground {
  readonly nc: NatsConnection
  readonly chain: ChainInfo
  readonly directory: Directory
  /** The regulator's account, an officer of compliance on chain; the gateway has its key under the name `regulator`. */
  readonly by: Address
}

export interface Ordered {
  readonly order: FreezeOrder
  /** Of the order's text, an artifact; and at the end of the transaction's call. */
  readonly orderHash: Hex
  readonly messageId: Hex
  readonly txHash: Hex
  readonly blockNumber: number
}

/**
 * Freezes an agent or a domain on chain, or lifts that, and waits until it is final.
 *
 * @throws EntenteError NOT_FOUND, COMMAND_INVALID where there is nothing to freeze or lift, CHAIN_REVERTED where the account
 *   is no officer of compliance, CHAIN_SLOW
 */
export async function orderFreeze(
  ground: Ground,
  wish: Pick<FreezeOrder, 'does' | 'about' | 'reason'>,
): Promise<Ordered> {
  const { nc, chain, by } = ground
  const account = accountOf(ground.directory, wish)
  const order: FreezeOrder = { format: 'entente.freeze/1', ...wish, account, by, atMs: Date.now() }
  const orderHash = await putArtifact(nc, Buffer.from(canonicalJson(order)))
  const standing = wish.does === 'freeze' ? standings.denied : standings.none
  const call = encodeCall(ABIS.RiskPolicy, 'setStanding', [account, standing])
  const { messageId } = await submitIntent(nc, {
    tenant: regulatorTenant,
    operation: wish.does,
    businessId: orderHash,
    from: by,
    contract: 'AccessManager',
    call: 'execute',
    args: [chain.contracts.RiskPolicy!, `${call}${orderHash.slice(2)}`],
    prove: true,
  })
  const { txHash, blockNumber } = await awaitOutcome(nc, messageId, { timeoutMs: TIMEOUT_MS })
  await completeMessage(nc, messageId)
  return { order, orderHash, messageId, txHash: txHash!, blockNumber: blockNumber! }
}

/** What is frozen has an account of now; what is to be lifted is lifted from the account for whose sake it was frozen. */
function accountOf(
  { agents, domains, freezes }: Directory,
  { does, about }: Pick<FreezeOrder, 'does' | 'about'>,
): Address {
  if ('domainId' in about) {
    const domain = domains.get(about.domainId)
    if (!domain) throw new EntenteError('NOT_FOUND', `there is no domain ${about.domainId}`)
    return pick(does, domain.admin, freezes.domains.get(about.domainId), `the domain ${about.domainId}`)
  }
  const agent = agents.get(about.agentId)
  if (!agent) throw new EntenteError('NOT_FOUND', `there is no agent ${about.agentId}`)
  if (!agent.wallet && does === 'freeze') {
    throw new EntenteError(
      'COMMAND_INVALID',
      `agent ${about.agentId} has no wallet, and so does nothing: freeze its domain`,
    )
  }
  const frozenBy = freezes.agents.get(about.agentId)
  if (does === 'unfreeze' && frozenBy && [...freezes.domains.values()].includes(frozenBy)) {
    throw new EntenteError('COMMAND_INVALID', `agent ${about.agentId} is frozen with its domain: unfreeze that`)
  }
  return pick(does, agent.wallet, frozenBy, `agent ${about.agentId}`)
}

function pick(does: FreezeOrder['does'], has: Address | null, frozenBy: Address | undefined, who: string): Address {
  if (does === 'freeze' && !frozenBy) return has!
  if (does === 'unfreeze' && frozenBy) return frozenBy
  throw new EntenteError('COMMAND_INVALID', `${who} is ${frozenBy ? `frozen already, by ${frozenBy}` : 'not frozen'}`)
}
