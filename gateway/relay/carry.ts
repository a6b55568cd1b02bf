import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { toHex } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { relayTenant } from '../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import type { Block } from '../block.ts'
import { encodeHashed, encodeHeader } from '../encode-block.ts'
import type { Recognised } from './destination.ts'
import { type Gathering, gatherVouches } from './gather-vouches.ts'
import { type Found, proveLog } from './source.ts'

const OUTCOME_MS = 60_000
/** A call that would succeed, and fails so often when it is mined, fails for a reason that waiting does not mend. */
const ATTEMPTS = 5

export interface Carrying extends Gathering {
  readonly sourceChain: number
  readonly signal: AbortSignal
}

type Contract = 'ForeignChains' | 'ForeignLogs' | 'Inbox'

interface Errand {
  readonly contract: Contract
  readonly call: string
  readonly args: readonly Json[]
  /** Names what is done, whoever does it: the same errand after a crash is the same message to the chain. */
  readonly businessId: string
  /** Whether it is done, by whomever. */
  isDone(): Promise<boolean>
}

/**
 * Has the destination accept a block's header; does nothing where it has.
 * @returns whether it was needed
 * @throws EntenteError CHAIN_REORGANISED when the destination has another block of that number
 */
export async function carryHeader(ground: Carrying, block: Block, terms: Recognised): Promise<boolean> {
  const { destination, sourceChain } = ground
  const accepted = await destination.acceptedHash(block.number)
  if (accepted === block.hash) return false
  if (accepted !== null) {
    const both = `block ${block.number} of chain ${sourceChain} was accepted as ${accepted}, and is ${block.hash}`
    throw new EntenteError('CHAIN_REORGANISED', both)
  }
  await run(ground, {
    contract: 'ForeignChains',
    ...(terms.sealed ? sealedCall(ground, block) : await vouchedCall(ground, block, terms)),
    businessId: `header-${sourceChain}-${block.number}-${block.hash}`,
    isDone: async () => (await destination.acceptedHash(block.number)) === block.hash,
  })
  return true
}

/** The seals are in the header as the node gives it. */
function sealedCall({ sourceChain }: Carrying, { header }: Block): Pick<Errand, 'call' | 'args'> {
  return { call: 'acceptSealed', args: [`${sourceChain}`, toHex(encodeHeader(header))] }
}

async function vouchedCall(ground: Carrying, block: Block, terms: Recognised): Promise<Pick<Errand, 'call' | 'args'>> {
  const { sourceChain } = ground
  const vouches = await gatherVouches(ground, { sourceChain, number: block.number, blockHash: block.hash }, terms)
  const signed = vouches.map(({ domainId, signature }) => ({ domainId: domainToBytes32(domainId), signature }))
  return { call: 'accept', args: [`${sourceChain}`, toHex(encodeHashed(block.header)), signed] }
}

/**
 * Proves a log to the contract that takes it; does nothing where that was done. Its block's header must be there.
 * @returns whether it was needed
 */
export async function carryLog(ground: Carrying, block: Block, { kind, log }: Found): Promise<boolean> {
  const { destination, sourceChain } = ground
  const proof = await proveLog(block, log)
  const { blockNumber, txIndex, logIndex, nodes } = proof
  // MessageSent(destinationChain, nonce, sender, …)
  const nonce = kind === 'message' ? BigInt(log.topics[2]!) : null
  const isDone = () => (nonce === null ? destination.isAnchored(proof) : destination.isProven(nonce))
  if (await isDone()) return false
  await run(ground, {
    contract: nonce === null ? 'ForeignLogs' : 'Inbox',
    call: nonce === null ? 'anchor' : 'deliver',
    args: [`${sourceChain}`, { blockNumber: `${blockNumber}`, txIndex: `${txIndex}`, logIndex, nodes: [...nodes] }],
    businessId:
      nonce === null ? `log-${sourceChain}-${block.hash}-${txIndex}-${logIndex}` : `message-${sourceChain}-${nonce}`,
    isDone,
  })
  return true
}

/**
 * Through the destination's gateway, until it is done. Others may carry the same: a message that failed because somebody
 * was faster is no failure. One that failed otherwise is tried as another message, where the call would succeed now.
 *
 * @throws EntenteError RELAY_REFUSED with the contract's reason; CHAIN_SLOW
 */
async function run({ nc, destination, signal }: Carrying, errand: Errand): Promise<void> {
  const { contract, call, args, businessId, isDone } = errand
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const why = await destination.whyRefused(contract, call, args)
    if (await isDone()) return
    if (why !== null) throw new EntenteError('RELAY_REFUSED', `${contract}.${call} of ${businessId}: ${why}`)
    const { messageId } = await submitIntent(nc, {
      ...{ tenant: relayTenant, operation: call, businessId: `${businessId}/${attempt}`, from: 'relayer' },
      ...{ contract, call, args: [...args] },
    })
    try {
      await awaitOutcome(nc, messageId, { timeoutMs: OUTCOME_MS, signal })
      return
    } catch (error) {
      if (!(error instanceof EntenteError) || error.code !== 'CHAIN_REVERTED') throw error
      if (await isDone()) return
    }
  }
  throw new EntenteError(
    'RELAY_REFUSED',
    `${contract}.${call} of ${businessId} failed ${ATTEMPTS} times when it was mined`,
  )
}
