import type { JsonRpcProvider } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { digestDocument, signingDomain } from '../../protocol/documents.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { eventAt } from '../finding.ts'
import { addressOf } from './address-of.ts'
import { callAt } from './call-at.ts'
import type { ChainFact } from './fact.ts'

/** The contracts are those of the registry, and hold this checkpoint, of the keeper of that time, and this settlement. */
export async function contractFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const { chain, checkpoint, anchors } = bundle
  const escrow = await addressOf(provider, bundle, 'Escrow')
  const evidenceLog = await addressOf(provider, bundle, 'EvidenceLog')
  const then = { provider, blockNumber: anchors.checkpoint.blockNumber }
  const keeper = await callAt(then, evidenceLog, ABIS.EvidenceLog, 'keeper', [])
  const root = await callContract(provider, evidenceLog, ABIS.EvidenceLog, 'rootAt', [BigInt(checkpoint.size)])
  return [
    { where: '/chain/escrow', found: chain.escrow, onChain: escrow },
    { where: '/chain/evidenceLog', found: chain.evidenceLog, onChain: evidenceLog },
    { where: '/checkpoint/root', found: checkpoint.root, onChain: root },
    { where: '/checkpoint/signer', found: checkpoint.signer, onChain: keeper.toLowerCase() },
    ...(await settlementFacts(provider, bundle, escrow)),
  ]
}

async function settlementFacts(provider: JsonRpcProvider, bundle: Bundle, escrow: Hex): Promise<ChainFact[]> {
  const index = bundle.events.findIndex(({ event }) => event.type === 'SettlementComputed')
  const computed = bundle.events[index]?.event
  if (computed?.type !== 'SettlementComputed') return []
  const { chainId, contractRegistry } = bundle.chain
  const document = settlementForChain(computed.settlement, computed.settlementHash)
  const digest = digestDocument(signingDomain(chainId, contractRegistry), 'Settlement', document)
  const onChain = await callContract(provider, escrow, ABIS.Escrow, 'settlementHash', [bundle.taskId])
  return [{ where: eventAt(index, 'settlement'), found: digest, onChain }]
}
