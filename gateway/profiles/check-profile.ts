import { EntenteError } from '../../protocol/errors.ts'
import { type Hex, keccak256 } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Log } from '../../stack/log.ts'
import { quantity, type RpcHeader } from '../block.ts'
import { encodeHeader, encodeQbftHeader } from '../encode-block.ts'
import { hasDelegation } from '../lane/ground.ts'
import { NodeError, type Rpc } from '../rpc.ts'
import type { Chosen } from './choose-profile.ts'
import { type Configured, contradictionsOf, type Observed } from './contradictions.ts'
import { observeReceipts } from './observe-receipts.ts'

const code = 'CHAIN_PROFILE_MISMATCH'

/**
 * Looks whether a node is as the profile of its chain says, and says in the log where it is not.
 * @param account one that has no code of its own
 * @param unchecked what one node says, whatever it is: by a profile that does not fit, all receipts would look like lies
 * @throws EntenteError CHAIN_PROFILE_MISMATCH where the gateway could not work so
 */
export async function checkProfile(
  rpc: Rpc,
  { profile, client, chainId }: Chosen,
  { unchecked, account, log, ...set }: Configured & { unchecked: Rpc; account: Address; log: Log },
): Promise<void> {
  const end = Number(await rpc<Hex>('eth_blockNumber', []))
  const [seen, receipts] = await Promise.all([
    observe(rpc, client, account, profile.logRange),
    observeReceipts(unchecked, end, profile.receipts),
  ])
  const found = contradictionsOf(profile, { ...seen, receipts }, set)
  for (const { weight, what } of found) {
    if (weight === 'odd') log.warn({ code, chainId, profile: profile.name }, what)
  }
  const broken = found.filter(({ weight }) => weight === 'broken').map(({ what }) => what)
  if (broken.length === 0) return
  throw new EntenteError(code, `chain ${chainId} is not as the profile ${profile.name} says: ${broken.join('; ')}`)
}

type Seen = Omit<Observed, 'receipts'>

async function observe(rpc: Rpc, client: string, account: Address, logRange: number): Promise<Seen> {
  const header = (await rpc<RpcHeader | null>('eth_getBlockByNumber', ['latest', false]))!
  const [setsCode, tagsFinal, logsRefused] = await Promise.all([
    hasDelegation(rpc, account),
    refusalOf(rpc<RpcHeader | null>('eth_getBlockByNumber', ['finalized', false])).then(why => why === null),
    refusalOf(rpc('eth_getLogs', [logsOf(account, Number(header.number), logRange)])),
  ])
  return {
    ...{ client, setsCode, tagsFinal, logsRefused },
    baseFee: header.baseFeePerGas === undefined ? null : BigInt(header.baseFeePerGas),
    blockGas: BigInt(header.gasLimit),
    hashing: hashingOf(header),
  }
}

/** Of an account that emits none: only the range is tried. */
function logsOf(account: Address, end: number, blocks: number) {
  return { address: account, fromBlock: quantity(Math.max(0, end - blocks + 1)), toBlock: quantity(end) }
}

function hashingOf(header: RpcHeader): Observed['hashing'] {
  if (keccak256(encodeHeader(header)) === header.hash) return 'plain'
  const sealed = encodeQbftHeader(header)
  return sealed !== null && keccak256(sealed) === header.hash ? 'qbft' : null
}

/** What the node answered instead; null when it gave something. */
async function refusalOf(asked: Promise<unknown>): Promise<string | null> {
  try {
    return (await asked) === null ? 'it has none' : null
  } catch (error) {
    if (error instanceof NodeError) return error.message
    throw error
  }
}
