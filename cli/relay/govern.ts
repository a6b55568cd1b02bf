import { ABIS } from '../../contracts/abis.ts'
import { encodeCall, type Hex } from '../../contracts/bindings.ts'
import { sendAll } from '../../contracts/send-all.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Address, DomainId, domainToBytes32 } from '../../protocol/ids.ts'
import { entryOf, officesOf } from '../../registry/contracts/change-contract.ts'
import { advance } from '../../registry/contracts/govern.ts'
import { invalid } from '../chain/key.ts'
import { type Chain, printProgress, withGovernance } from '../with-governance.ts'

const appointGas = 200_000n

/** `entente relay recognise`: once, and for good. */
export function recogniseChain(chain: string, options: { evidenceLog: string; outbox: string }): Promise<void> {
  const addresses = [addressIn('--evidence-log', options.evidenceLog), addressIn('--outbox', options.outbox)] as const
  const data = encodeCall(ABIS.ForeignChains, 'recognise', [chainIdIn(chain), ...addresses])
  return withGovernance(governed => act(governed, `recognise chain ${chain}`, data))
}

/** `entente relay vouchers` */
export function nameVouchers(chain: string, options: { quorum: string; domains: string }): Promise<void> {
  const domains = options.domains.split(',').map(each => domainIn('--domains', each))
  const ascending = domains.map(domainToBytes32).sort()
  if (!/^\d{1,2}$/.test(options.quorum)) throw invalid('--quorum', 'a whole number up to 32', options.quorum)
  const args = [chainIdIn(chain), Number(options.quorum), ascending] as const
  const data = encodeCall(ABIS.ForeignChains, 'nameVouchers', args)
  return withGovernance(governed => act(governed, `name who vouches for chain ${chain}`, data))
}

/** `entente relay validators` */
export function nameValidators(chain: string, options: { since: string; validators: string }): Promise<void> {
  const validators = options.validators.split(',').map(each => addressIn('--validators', each))
  if (!/^\d{1,15}$/.test(options.since)) throw invalid('--since', 'the number of a block', options.since)
  const args = [chainIdIn(chain), BigInt(options.since), validators] as const
  const data = encodeCall(ABIS.ForeignChains, 'nameValidators', args)
  return withGovernance(governed => act(governed, `name who seals blocks of chain ${chain}`, data))
}

/** `entente relay appoint`: by the domain's admin, which pays for it. */
export function appointAttester(text: string, options: { domain: string }): Promise<void> {
  const attester = addressIn('the attester', text)
  const domainId = domainToBytes32(domainIn('--domain', options.domain))
  return withGovernance(async ({ entries, governor: admin }) => {
    const data = encodeCall(ABIS.ForeignChains, 'appoint', [domainId, attester])
    const to = entryOf(entries, 'ForeignChains').address
    await sendAll(admin(), [{ what: `appoint ${attester}`, to, data, gasLimit: appointGas }]).catch((cause: Error) => {
      throw new EntenteError('TRANSACTION_FAILED', cause.message, { cause })
    })
    process.stdout.write(`${attester} attests for ${options.domain}.\n`)
  })
}

async function act({ entries, governor }: Chain, what: string, data: Hex): Promise<void> {
  const action = { what, to: entryOf(entries, 'ForeignChains').address, data }
  printProgress(what, await advance(governor(), officesOf(entries), action))
}

function chainIdIn(text: string): bigint {
  if (/^[1-9]\d{0,15}$/.test(text)) return BigInt(text)
  throw invalid('the chain', 'a chain id', text)
}

function addressIn(name: string, text: string): Address {
  const address = Address.safeParse(text.trim().toLowerCase())
  if (address.success) return address.data
  throw invalid(name, 'an address', text)
}

function domainIn(name: string, text: string): DomainId {
  const domain = DomainId.safeParse(text.trim())
  if (domain.success) return domain.data
  throw invalid(name, 'the id of a domain', text)
}
