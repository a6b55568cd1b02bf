import { signDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { ForeignBlock, Vouch } from '../../protocol/relay.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Finality } from '../../stack/chain-profile.ts'
import type { KeyFile } from '../../stack/key-file.ts'
import { quantity, type RpcHeader } from '../block.ts'
import { finalNumber } from '../profiles/final-number.ts'
import type { Rpc } from '../rpc.ts'
import type { VouchedFile } from './vouched-file.ts'

export interface AttesterOptions {
  /** Of the destination: where the vouch counts. */
  readonly domain: SigningDomain
  readonly sourceChain: number
  /** The domain's own node of the source, which it trusts. */
  readonly rpc: Rpc
  readonly finality: Finality
  readonly domainId: string
  readonly key: KeyFile
  readonly file: VouchedFile
}

/**
 * Vouches for a block that its own node says is final, and for no other of that number, ever: then whoever asks can have it
 * say nothing that is not so.
 *
 * @throws EntenteError BLOCK_NOT_FINAL, BLOCK_CONTRADICTED
 */
export async function vouchFor(options: AttesterOptions, block: ForeignBlock): Promise<Vouch> {
  const { rpc, finality, file, domain, domainId, key, sourceChain } = options
  if (block.sourceChain !== sourceChain) {
    throw new EntenteError('BLOCK_CONTRADICTED', `this attester follows chain ${sourceChain}, not ${block.sourceChain}`)
  }
  const end = await finalNumber(rpc, finality)
  if (block.number > end) throw new EntenteError('BLOCK_NOT_FINAL', `block ${block.number} is after ${end}`)
  const header = await rpc<RpcHeader | null>('eth_getBlockByNumber', [quantity(block.number), false])
  if (header?.hash !== block.blockHash) {
    const theirs = header?.hash ?? 'not known'
    throw new EntenteError('BLOCK_CONTRADICTED', `block ${block.number} is ${theirs} here, not ${block.blockHash}`)
  }
  // From here to the disk nothing else is done: of two that are asked at once the second sees the first.
  const before = file.vouchedFor(block)
  if (before !== null && before !== block.blockHash) {
    throw new EntenteError('BLOCK_CONTRADICTED', `for block ${block.number} it vouched as ${before} before`)
  }
  if (before === null) file.keep(block)
  const signature = signDocument(domain, 'ForeignBlock', block, key.privateKey)
  return { domainId, attester: key.address, signature }
}
