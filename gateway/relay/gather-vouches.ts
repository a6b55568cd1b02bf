import type { NatsConnection } from '@nats-io/nats-core'
import { signerOf } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { type ForeignBlock, Vouch } from '../../protocol/relay.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { askAll } from '../../stack/ask-all.ts'
import type { Destination, Recognised } from './destination.ts'

const PATIENCE_MS = 3_000

export interface Gathering {
  readonly nc: NatsConnection
  readonly domain: SigningDomain
  readonly destination: Destination
}

/**
 * Asks all attesters for their word on a block, and takes what the contract will take: one for each domain that counts.
 *
 * @returns as many as the quorum asks for, ascending by domain
 * @throws EntenteError RELAY_QUORUM_MISSED, saying who gave none and why
 */
export async function gatherVouches(ground: Gathering, block: ForeignBlock, terms: Recognised): Promise<Vouch[]> {
  const asking = { timeoutMs: PATIENCE_MS, silence: 'RELAY_QUORUM_MISSED' } as const
  const answers = await askAll(ground.nc, subjects.attest(block.sourceChain), block, asking)
  const vouches = new Map<string, Vouch>()
  const refusals: string[] = []
  for (const answer of answers) {
    if (answer instanceof EntenteError) {
      refusals.push(`${answer.code}: ${answer.message}`)
      continue
    }
    const vouch = Vouch.safeParse(answer).data
    const why = vouch === undefined ? 'an answer that is none' : await whyWorthless(ground, block, terms, vouch)
    if (why === null) vouches.set(domainToBytes32(vouch!.domainId), vouch!)
    else refusals.push(why)
  }
  if (vouches.size < terms.quorum) {
    const others = refusals.length === 0 ? '' : `; ${refusals.join('; ')}`
    const counted = `${vouches.size} of ${terms.quorum} domains vouch for block ${block.number}`
    throw new EntenteError('RELAY_QUORUM_MISSED', `${counted}${others}`)
  }
  const ascending = [...vouches].sort(([a], [b]) => (a < b ? -1 : 1))
  return ascending.slice(0, terms.quorum).map(([, vouch]) => vouch)
}

/** One worthless vouch would make the contract refuse them all. */
async function whyWorthless(
  { domain, destination }: Gathering,
  block: ForeignBlock,
  terms: Recognised,
  { domainId, attester, signature }: Vouch,
): Promise<string | null> {
  if (!terms.domains.includes(domainToBytes32(domainId))) return `${domainId} is not asked for this chain`
  if ((await destination.attesterOf(domainId)) !== attester) return `${attester} does not attest for ${domainId}`
  if (signerOf(domain, 'ForeignBlock', block, signature) !== attester) return `${domainId} signed something else`
  return null
}
