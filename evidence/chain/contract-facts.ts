import { encodeBytes32String, type JsonRpcProvider } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { ROLES } from '../../contracts/roles.ts'
import { digestDocument, signingDomain } from '../../protocol/documents.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { eventAt } from '../finding.ts'
import type { ChainFact } from './fact.ts'

/** The contracts are those of the registry, and hold this checkpoint, of a signer who may, and this settlement. */
export async function contractFacts(provider: JsonRpcProvider, bundle: Bundle): Promise<ChainFact[]> {
  const { chain, checkpoint } = bundle
  const escrow = await addressOf(provider, bundle, 'Escrow')
  const evidenceLog = await addressOf(provider, bundle, 'EvidenceLog')
  const root = await callContract(provider, evidenceLog, ABIS.EvidenceLog, 'rootAt', [BigInt(checkpoint.size)])
  const manager = await callContract(provider, evidenceLog, ABIS.EvidenceLog, 'authority', [])
  const role = [ROLES.logKeeper, checkpoint.signer] as const
  const [mayKeep] = await callContract(provider, manager, ABIS.AccessManager, 'hasRole', role)
  return [
    { where: '/chain/escrow', found: chain.escrow, onChain: escrow },
    { where: '/chain/evidenceLog', found: chain.evidenceLog, onChain: evidenceLog },
    { where: '/checkpoint/root', found: checkpoint.root, onChain: root },
    { where: '/checkpoint/signer', found: checkpoint.signer, onChain: mayKeep ? checkpoint.signer : null },
    ...(await settlementFacts(provider, bundle, escrow)),
  ]
}

/** Where the registry says a contract is, in lower case. */
export async function addressOf(provider: JsonRpcProvider, { chain }: Bundle, name: ContractName): Promise<Hex> {
  const key = encodeBytes32String(name) as Hex
  const { account } = await callContract(provider, chain.contractRegistry, ABIS.ContractRegistry, 'get', [key])
  return account.toLowerCase() as Hex
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
