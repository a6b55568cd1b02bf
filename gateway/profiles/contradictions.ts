import type { ChainProfile, ProfileName } from '../../stack/chain-profile.ts'
import type { SeenReceipts } from './observe-receipts.ts'

/** What a node was found to do. */
export interface Observed {
  readonly client: string
  /** Null where its blocks have none (before EIP-1559). */
  readonly baseFee: bigint | null
  readonly blockGas: bigint
  /** Null where its header hashes to its hash in neither way. */
  readonly hashing: ChainProfile['hashing'] | null
  readonly setsCode: boolean
  /** Whether it has a block by the tag `finalized`. */
  readonly tagsFinal: boolean
  /** Why it does not give the logs of as many blocks as the profile says; null where it does. */
  readonly logsRefused: string | null
  /** Null where nothing was to be seen. */
  readonly receipts: SeenReceipts | null
}

/** What was configured beside the profile. */
export interface Configured {
  readonly named: ProfileName | undefined
  readonly finalityBlocks: number
  /** Nodes that are read from. */
  readonly readers: number
  /** Of the transactions of the lane; null where nobody's messages go together. */
  readonly batchGas: bigint | null
}

/** `broken`: the gateway could not work, or would take for certain what is not. `odd`: it works, and somebody should look. */
export interface Contradiction {
  readonly weight: 'broken' | 'odd'
  readonly what: string
}

/** Where profile, node and configuration do not go together. */
export function contradictionsOf(profile: ChainProfile, seen: Observed, set: Configured): Contradiction[] {
  return [...ofNode(profile, seen, set), ...ofReceipts(profile, seen.receipts), ...ofSettings(profile, seen, set)]
}

function ofNode(profile: ChainProfile, seen: Observed, { named }: Configured): Contradiction[] {
  const found: Contradiction[] = []
  const broken = (what: string) => found.push({ weight: 'broken', what })
  const odd = (what: string) => found.push({ weight: 'odd', what })
  if (named !== undefined && !profile.client.test(seen.client)) odd(`its node names itself ${seen.client}`)
  if (seen.baseFee === null) broken('its blocks have no base fee, and messages go in transactions of EIP-1559')
  if (profile.fees === 'free' && seen.baseFee !== null && seen.baseFee > 0n) {
    odd(`its fees are said to be 0, and the base fee is ${seen.baseFee} wei: its signers need coins`)
  }
  if (profile.fees === 'market' && seen.baseFee === 0n)
    odd('its base fee is 0: a profile with free fees may fit better')
  if (profile.receipts !== 'unproven' && seen.hashing !== profile.hashing) {
    const does = seen.hashing === null ? 'in no way that is known here' : `the ${seen.hashing} way`
    // Whoever takes other blocks for QBFT's takes each for final at once.
    const weight = profile.hashing === 'qbft' ? 'broken' : 'odd'
    found.push({ weight, what: `its blocks hash ${does}, not the ${profile.hashing} way` })
  }
  if (profile.setsCode && !seen.setsCode) odd('its node lacks EIP-7702: no messages go together')
  if (profile.finality.rule === 'finalized' && !seen.tagsFinal) odd('its node has no block by the tag finalized')
  if (seen.logsRefused !== null)
    broken(`its node does not give logs of ${profile.logRange} blocks: ${seen.logsRefused}`)
  return found
}

function ofReceipts({ receipts: rules }: ChainProfile, seen: SeenReceipts | null): Contradiction[] {
  if (seen === null || (rules === 'unproven' ? seen.fit.length === 0 : seen.fit.includes(rules))) return []
  const { block, fit, proven } = seen
  const better = fit.map(name => `: the profile ${name} fits`).join('')
  if (rules === 'unproven') {
    return [{ weight: 'odd', what: `its block ${block} proves its receipts, and is not taken for that${better}` }]
  }
  if (proven) {
    return [
      { weight: 'odd', what: `its block ${block} has transactions of types that ${rules} does not have${better}` },
    ]
  }
  const what = `the receipts of its block ${block} do not hash to its root by the rules of ${rules}`
  return [
    { weight: 'broken', what: what + (better || ', nor by others that are known here: the profile unproven fits') },
  ]
}

function ofSettings(
  profile: ChainProfile,
  seen: Observed,
  { finalityBlocks, readers, batchGas }: Configured,
): Contradiction[] {
  const found: Contradiction[] = []
  if (finalityBlocks < profile.leastFinalityBlocks) {
    const least = `FINALITY_BLOCKS is ${finalityBlocks}, and this chain may take back ${profile.leastFinalityBlocks} blocks`
    found.push({ weight: 'odd', what: least })
  }
  if (profile.receipts === 'unproven' && readers < 3) {
    const what = `its blocks prove nothing, and ${readers} of its nodes are read from: of three, two outvote one that lies`
    found.push({ weight: 'odd', what })
  }
  if (batchGas === null) return found
  const most =
    profile.transactionGas !== null && profile.transactionGas < seen.blockGas ? profile.transactionGas : seen.blockGas
  if (batchGas > most) {
    found.push({ weight: 'broken', what: `ENTENTE_BATCH_GAS is ${batchGas}, and a transaction may have ${most}` })
  }
  return found
}
