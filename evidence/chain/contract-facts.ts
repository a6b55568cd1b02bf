import type { JsonRpcProvider } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { digestDocument, signingDomain } from '../../protocol/documents.ts'
import type { BatchPart, Bundle } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { readLog } from '../anchored-log.ts'
import { eventAt } from '../finding.ts'
import { addressOf } from './address-of.ts'
import { callerAt } from './caller-at.ts'
import type { ChainFact } from './fact.ts'

/** The contracts are those of the registry, and hold this checkpoint, of the keeper of that time, and this settlement; or the batch that settled it, which is final. */
export async function contractFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const { chain, checkpoint, anchors } = bundle
  const escrow = await addressOf(provider, bundle, 'Escrow')
  const evidenceLog = await addressOf(provider, bundle, 'EvidenceLog')
  const then = callerAt(provider, anchors.checkpoint.blockNumber)
  const keeper = await callContract(then, evidenceLog, ABIS.EvidenceLog, 'keeper', [])
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
  if (bundle.batch) return batchFacts(provider, bundle, bundle.batch)
  const index = bundle.events.findIndex(({ event }) => event.type === 'SettlementComputed')
  const computed = bundle.events[index]?.event
  if (computed?.type !== 'SettlementComputed') return []
  const { chainId, contractRegistry } = bundle.chain
  const document = settlementForChain(computed.settlement, computed.settlementHash)
  const digest = digestDocument(signingDomain(chainId, contractRegistry), 'Settlement', document)
  const onChain = await callContract(provider, escrow, ABIS.Escrow, 'settlementHash', [bundle.taskId])
  return [{ where: eventAt(index, 'settlement'), found: digest, onChain }]
}

/** The batch is one of the registry's contract, and final. */
async function batchFacts(provider: JsonRpcProvider, bundle: Bundle, { id }: BatchPart): Promise<ChainFact[]> {
  const batches = await addressOf(provider, bundle, 'Batches')
  const fromBlock = bundle.anchors.settlement?.blockNumber ?? 0
  const topics = [null, `0x${BigInt(id).toString(16).padStart(64, '0')}`]
  const logs = await provider.getLogs({ address: batches, topics, fromBlock })
  const isFinal = logs.some(
    ({ topics, data }) =>
      readLog({ address: batches, topics: topics as Hex[], data: data as Hex })?.event === 'BatchFinalised',
  )
  return [
    { where: '/chain/batches', found: bundle.chain.batches ?? null, onChain: batches },
    { where: '/batch/id', found: id, onChain: isFinal ? id : null },
  ]
}
