import { ContractFactory, Interface } from 'ethers'
import { beforeAll, describe, expect, it } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import { encodeCall, eventTopic, type Hex } from '../../../contracts/bindings.ts'
import { callContract } from '../../../contracts/call-contract.ts'
import { outboxBytecode } from '../../../contracts/generated/bytecode/outbox.ts'
import { type Block, type RpcLog, readBlock } from '../../../gateway/block.ts'
import { encodeHeader } from '../../../gateway/encode-block.ts'
import { type Carried, proveLog } from '../../../gateway/relay/source.ts'
import { signDocument, signingDomain } from '../../../protocol/documents.ts'
import { keccak256, toHex } from '../../../protocol/hash.ts'
import { type Address, domainToBytes32 } from '../../../protocol/ids.ts'
import { attesterKey, refusalOf, sourceChain, withTwoChains } from './two-chains.ts'

const chains = withTwoChains()
const messageSent = eventTopic(ABIS.Outbox, 'MessageSent')

/** Domains' words for a header, whatever it is: what their attesters would never say of one that is not so. */
function vouchesFor(header: Hex, number: number, domainIds: readonly string[] = ['health', 'weather']) {
  const registry = chains.b.deployment.registry.toLowerCase() as Address
  const block = { sourceChain, number, blockHash: keccak256(Buffer.from(header.slice(2), 'hex')) }
  return domainIds.map(domainId => {
    const signature = signDocument(signingDomain(31_337, registry), 'ForeignBlock', block, attesterKey(domainId))
    return { domainId: domainToBytes32(domainId), signature }
  })
}

async function lastBlockWith(topic: string): Promise<{ block: Block; logs: RpcLog[] }> {
  const logs = await chains.a.rpc<RpcLog[]>('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest', topics: [topic] }])
  const block = await readBlock(chains.a.rpc, Number(logs.at(-1)!.blockNumber), 'ethereum')
  return { block, logs: logs.filter(log => log.blockHash === block.hash) }
}

const acceptArgs = (block: Block) => {
  const header = toHex(encodeHeader(block.header))
  return [sourceChain, header, vouchesFor(header, block.number)] as const
}
const deliver = (proof: Carried) => refusalOf(chains.b, 'Inbox', 'deliver', [sourceChain, proof])
const anchor = (proof: Carried) => refusalOf(chains.b, 'ForeignLogs', 'anchor', [sourceChain, proof])
const flipped = (bytes: string, at: number): Hex => {
  const byte = (Number.parseInt(bytes.slice(at, at + 2), 16) ^ 1).toString(16).padStart(2, '0')
  return `${bytes.slice(0, at)}${byte}${bytes.slice(at + 2)}` as Hex
}

describe('what a relay that lies is refused', () => {
  let block: Block
  let proof: Carried

  beforeAll(async () => {
    await chains.send('hello')
    const found = await lastBlockWith(messageSent)
    block = found.block
    proof = await proveLog(block, found.logs[0]!)
  })

  it('a header without enough vouches, with a forged one, or changed', async () => {
    const [chain, header, vouches] = acceptArgs(block)
    const accept = (...args: unknown[]) => refusalOf(chains.b, 'ForeignChains', 'accept', args)
    expect(await accept(chain, header, vouches.slice(1))).toBe('ForeignChainsQuorumMissed')
    expect(await accept(chain, header, [vouches[0], vouches[0]])).toBe('ForeignChainsVoucherUnknown')
    const forged = { ...vouches[1], signature: vouches[0]!.signature }
    expect(await accept(chain, header, [vouches[0], forged])).toBe('ForeignChainsVouchInvalid')
    // A byte of its receipts root.
    expect(await accept(chain, flipped(header, header.indexOf(block.header.receiptsRoot.slice(2))), vouches)).toBe(
      'ForeignChainsVouchInvalid',
    )
    expect(await accept(chain + 1, header, vouches)).toBe('ForeignChainsUnknown')
    expect(await accept(chain, header, vouches)).toBe('none')
  })

  it('a proof before its header, of a receipt, a log or an emitter that is another', async () => {
    expect(await deliver(proof)).toBe('ForeignChainsBlockUnknown')
    await chains.b.act('ForeignChains', 'accept', acceptArgs(block))
    const leaf = proof.nodes.at(-1)!
    expect(await deliver({ ...proof, nodes: [...proof.nodes.slice(0, -1), flipped(leaf, leaf.length - 4)] })).toBe(
      'ReceiptProofInvalid',
    )
    expect(await deliver({ ...proof, nodes: [] })).toBe('ReceiptProofInvalid')
    expect(await deliver({ ...proof, txIndex: proof.txIndex + 1 })).toBe('ReceiptProofInvalid')
    expect(await deliver({ ...proof, logIndex: proof.logIndex + 1 })).toBe('ReceiptProofLogMissing')
    expect(await anchor(proof)).toBe('ForeignLogsEmitterWrong')
  })

  it('a message that was delivered', async () => {
    expect(await deliver(proof)).toBe('none')
    await chains.b.act('Inbox', 'deliver', [sourceChain, proof])
    expect(await deliver(proof)).toBe('InboxAlreadyProven')
    expect(await chains.taken()).toBe(1n)
  })

  it('a checkpoint that was taken over', async () => {
    const root = await chains.checkpoint(100)
    const found = await lastBlockWith(eventTopic(ABIS.EvidenceLog, 'Checkpointed'))
    await chains.b.act('ForeignChains', 'accept', acceptArgs(found.block))
    const anchored = await proveLog(found.block, found.logs[0]!)
    expect(await deliver(anchored)).toBe('InboxEmitterWrong')
    await chains.b.act('ForeignLogs', 'anchor', [sourceChain, anchored])
    expect(await anchor(anchored)).toBe('ForeignLogsNotLater')
    const { ForeignLogs } = chains.b.deployment.addresses
    const latest = await callContract(chains.b.provider, ForeignLogs, ABIS.ForeignLogs, 'latest', [BigInt(sourceChain)])
    expect(latest.slice(0, 2)).toEqual([100n, root])
  })

  it('the same event of another contract, and a message to another chain', async () => {
    const { governor } = chains.a
    const another = await new ContractFactory(ABIS.Outbox, outboxBytecode, governor).deploy()
    await another.waitForDeployment()
    const data = encodeCall(ABIS.Outbox, 'send', [31_337n, chains.receiver, '0x'])
    await (await governor.sendTransaction({ to: await another.getAddress(), data })).wait()
    const foreign = await lastBlockWith(messageSent)
    await chains.b.act('ForeignChains', 'accept', acceptArgs(foreign.block))
    expect(await deliver(await proveLog(foreign.block, foreign.logs[0]!))).toBe('InboxEmitterWrong')
    await chains.a.act('Outbox', 'send', [1n, chains.receiver, '0x'])
    const elsewhere = await lastBlockWith(messageSent)
    await chains.b.act('ForeignChains', 'accept', acceptArgs(elsewhere.block))
    expect(await deliver(await proveLog(elsewhere.block, elsewhere.logs[0]!))).toBe('InboxDestinationWrong')
  })

  it('another header of a number that is known halts the chain, and nothing is opened any more', async () => {
    const { b } = chains
    const other = toHex(encodeHeader({ ...block.header, extraData: '0x01' }))
    await b.act('ForeignChains', 'accept', [sourceChain, other, vouchesFor(other, block.number)])
    expect(await deliver(proof)).toBe('ForeignChainsHalted')
    await b.act('ForeignChains', 'resume', [sourceChain])
    expect(await deliver(proof)).toBe('InboxAlreadyProven')
  })
})

it('opens every log of a full block of a real chain, of legacy transactions and of typed ones', async () => {
  const { a, b } = chains
  const nonce = await a.provider.getTransactionCount(a.governor.address)
  const to = a.deployment.addresses.Outbox
  await a.rpc('evm_setIntervalMining', [0])
  // More than 128, so that keys of the trie are of one byte and of two.
  const sent = Array.from({ length: 140 }, (_, index) => {
    const data = encodeCall(ABIS.Outbox, 'send', [31_337n, chains.receiver, toHex(Buffer.alloc(index))])
    const type = index % 3
    const fees = type === 2 ? { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n } : { gasPrice: 10n ** 11n }
    return { to, data, type, nonce: nonce + index, gasLimit: 300_000n, chainId: sourceChain, ...fees }
  })
  for (const each of sent) await a.rpc('eth_sendRawTransaction', [await a.governor.signTransaction(each)])
  await a.rpc('evm_mine', [])
  await a.rpc('evm_setIntervalMining', [1])
  const { block, logs } = await lastBlockWith(messageSent)
  expect(logs).toHaveLength(140)
  expect(new Set(block.receipts.map(({ type }) => type))).toEqual(new Set(['0x0', '0x1', '0x2']))
  await b.act('ForeignChains', 'accept', acceptArgs(block))
  const { ForeignChains } = b.deployment.addresses
  for (const log of logs) {
    const { nodes, ...place } = await proveLog(block, log)
    const proof = { ...place, blockNumber: BigInt(place.blockNumber), txIndex: BigInt(place.txIndex), nodes }
    const opened = await callContract(b.provider, ForeignChains, ABIS.ForeignChains, 'open', [
      BigInt(sourceChain),
      proof as never,
    ])
    expect(opened.emitter.toLowerCase()).toBe(log.address)
    expect([opened.topics, opened.data]).toEqual([log.topics, log.data])
  }
  expect(new Interface(ABIS.Outbox).parseLog(logs[139]!)!.args.payload).toHaveLength(2 + 2 * 139)
})
