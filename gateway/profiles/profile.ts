/** When a block of a chain is final: so many blocks on top of it, or when the node says so by its tag `finalized`. */
export type Finality = { readonly rule: 'depth'; readonly blocks: number } | { readonly rule: 'finalized' }

export const profileNames = ['anvil', 'besu-qbft', 'geth', 'op-stack', 'arbitrum'] as const
export type ProfileName = (typeof profileNames)[number]

/** What is known of a kind of chain before a node of it is asked. */
export interface Profile {
  readonly name: ProfileName
  /** How its nodes name themselves (`web3_clientVersion`). */
  readonly client: RegExp
  readonly finality: Finality
  /** FINALITY_BLOCKS below this counts as final what the chain may take back. */
  readonly leastFinalityBlocks: number
  /** `free`: the base fee is always 0, and no tip is needed. */
  readonly fees: 'market' | 'free'
  /** The most gas that a transaction may have; null where only the block limits it. EIP-7825 has 16,777,216. */
  readonly transactionGas: bigint | null
  /** Blocks whose logs nodes give in one answer. */
  readonly logRange: number
  /** Whether transactions can set code (EIP-7702), which the batches of a lane need. */
  readonly setsCode: boolean
  /** Whether a block's hash is that of its header as the node gives it. */
  readonly plainHashes: boolean
}

const eip7825 = 16_777_216n

const profiles: readonly Profile[] = [
  {
    name: 'anvil',
    client: /^anvil\//i,
    finality: { rule: 'depth', blocks: 1 },
    leastFinalityBlocks: 0,
    fees: 'market',
    transactionGas: null,
    logRange: 2_000,
    setsCode: true,
    plainHashes: true,
  },
  {
    // Final as soon as it is there. Seals and round are left out of the hash. A network pays fees only where it sets a base fee.
    name: 'besu-qbft',
    client: /^besu\//i,
    finality: { rule: 'depth', blocks: 0 },
    leastFinalityBlocks: 0,
    fees: 'free',
    transactionGas: null,
    logRange: 2_000,
    setsCode: false,
    plainHashes: false,
  },
  {
    // Ethereum: two epochs of 32 slots, as a rule.
    name: 'geth',
    client: /^geth\//i,
    finality: { rule: 'finalized' },
    leastFinalityBlocks: 64,
    fees: 'market',
    transactionGas: eip7825,
    logRange: 1_000,
    setsCode: true,
    plainHashes: true,
  },
  {
    // Final with the block of Ethereum that holds its data.
    name: 'op-stack',
    client: /op-(geth|reth|erigon)|^(optimism|base)\b/i,
    finality: { rule: 'finalized' },
    leastFinalityBlocks: 600,
    fees: 'market',
    transactionGas: eip7825,
    logRange: 1_000,
    setsCode: true,
    plainHashes: true,
  },
  {
    // No tips: the sequencer takes transactions as they come.
    name: 'arbitrum',
    client: /^nitro\//i,
    finality: { rule: 'finalized' },
    leastFinalityBlocks: 4_800,
    fees: 'market',
    transactionGas: null,
    logRange: 1_000,
    setsCode: true,
    plainHashes: true,
  },
]

/** Chains that are known by their id (https://chainid.network), whatever their nodes call themselves. */
const byChainId: ReadonlyMap<number, ProfileName> = new Map([
  [1, 'geth'],
  [11_155_111, 'geth'],
  [10, 'op-stack'],
  [8_453, 'op-stack'],
  [42_161, 'arbitrum'],
])

export function profileNamed(name: ProfileName): Profile {
  return profiles.find(profile => profile.name === name)!
}

/** The profile for a chain: the one that was named, that of its id, that of its client; null when none is known. */
export function profileOf(named: ProfileName | undefined, chainId: number, client: string): Profile | null {
  const name = named ?? byChainId.get(chainId)
  if (name !== undefined) return profileNamed(name)
  return profiles.find(profile => profile.client.test(client)) ?? null
}
