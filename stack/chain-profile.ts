/** When a block of a chain is final: so many blocks on top of it, or when its nodes say so by the tag `finalized`. */
export type Finality = { readonly rule: 'depth'; readonly blocks: number } | { readonly rule: 'finalized' }

export const profileNames = ['anvil', 'besu-qbft', 'ethereum', 'op-stack', 'arbitrum', 'unproven', 'other'] as const
export type ProfileName = (typeof profileNames)[number]

/**
 * By whose rules a chain's receipts are encoded under the receipts root of its blocks; `unproven`: by none that is known
 * here, so that neither root nor bloom of a block says what is in it. Each is the name of a profile that has it.
 */
export type ReceiptRules = Extract<ProfileName, 'ethereum' | 'op-stack' | 'arbitrum' | 'unproven'>

/** What is known of a kind of chain before a node of it is asked. */
export interface ChainProfile {
  readonly name: ProfileName
  /** How its nodes name themselves (`web3_clientVersion`). */
  readonly client: RegExp
  /** For relays and attesters, which have no FINALITY_BLOCKS. */
  readonly finality: Finality
  /** FINALITY_BLOCKS below this takes for final what the chain may take back. */
  readonly leastFinalityBlocks: number
  /** `free`: the base fee is always 0, and a tip buys nothing. */
  readonly fees: 'market' | 'free'
  /** The most gas that a transaction may have; null where the block alone limits it. */
  readonly transactionGas: bigint | null
  /** Blocks whose logs its nodes give in one answer. */
  readonly logRange: number
  /** Whether transactions can set code (EIP-7702), which the lane needs. */
  readonly setsCode: boolean
  /** What a block's hash is that of: its header as the Yellow Paper has it, or without QBFT's seals and round. */
  readonly hashing: 'plain' | 'qbft'
  /** What of a block can be proven. */
  readonly receipts: ReceiptRules
}

/** https://eips.ethereum.org/EIPS/eip-7825. */
const mostTransactionGas = 16_777_216n

/** Nothing is known of it: what holds on most chains, and a depth at which few have ever been reorganised. */
const other: ChainProfile = {
  name: 'other',
  client: /(?:)/,
  finality: { rule: 'depth', blocks: 64 },
  leastFinalityBlocks: 0,
  fees: 'market',
  transactionGas: null,
  logRange: 2_000,
  setsCode: false,
  hashing: 'plain',
  receipts: 'ethereum',
}

const profiles: readonly ChainProfile[] = [
  { ...other, name: 'anvil', client: /^anvil\//i, finality: { rule: 'depth', blocks: 1 }, setsCode: true },
  {
    ...other,
    name: 'besu-qbft',
    client: /^besu\//i,
    // A block that is there was sealed by two thirds of the validators.
    finality: { rule: 'depth', blocks: 0 },
    fees: 'free',
    hashing: 'qbft',
  },
  {
    ...other,
    name: 'ethereum',
    client: /^(ethereumjs|geth|reth|nethermind|erigon)\//i,
    finality: { rule: 'finalized' },
    // Two epochs of 32 slots.
    leastFinalityBlocks: 64,
    transactionGas: mostTransactionGas,
    logRange: 1_000,
    setsCode: true,
  },
  {
    ...other,
    name: 'op-stack',
    client: /^op-(geth|reth|erigon|nethermind)\//i,
    finality: { rule: 'finalized' },
    // Ethereum's two epochs, in blocks of 2 s.
    leastFinalityBlocks: 384,
    transactionGas: mostTransactionGas,
    logRange: 1_000,
    setsCode: true,
    receipts: 'op-stack',
  },
  {
    ...other,
    name: 'arbitrum',
    client: /^nitro\//i,
    finality: { rule: 'finalized' },
    // The same, in blocks of 0.25 s.
    leastFinalityBlocks: 3_072,
    logRange: 1_000,
    setsCode: true,
    receipts: 'arbitrum',
  },
  {
    ...other,
    name: 'unproven',
    // ZKsync Era says a root of zero, and hashes blocks in a way of its own.
    client: /^zksync\//i,
    finality: { rule: 'finalized' },
    logRange: 1_000,
    receipts: 'unproven',
  },
  other,
]

/** Chains that are known by their id (https://chainid.network), whatever their nodes call themselves. */
const byChainId: ReadonlyMap<number, ProfileName> = new Map([
  [1, 'ethereum'],
  [11_155_111, 'ethereum'],
  [10, 'op-stack'],
  [11_155_420, 'op-stack'],
  [8_453, 'op-stack'],
  [84_532, 'op-stack'],
  [42_161, 'arbitrum'],
  [421_614, 'arbitrum'],
  [324, 'unproven'],
  [300, 'unproven'],
  // Celo: an OP stack, whose own transactions of type 0x7b have receipts of their own.
  [42_220, 'unproven'],
])

/** The profile of that name. */
export function profileNamed(name: ProfileName): ChainProfile {
  return profiles.find(profile => profile.name === name)!
}

/** The profile for a chain: the one that was named, else that of its id, else that of its client, else `other`. */
export function profileOf(named: ProfileName | undefined, chainId: number, client: string): ChainProfile {
  const name = named ?? byChainId.get(chainId)
  return name === undefined ? profiles.find(profile => profile.client.test(client))! : profileNamed(name)
}
