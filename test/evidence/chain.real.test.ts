import { NonceManager, type TransactionReceipt, Wallet } from 'ethers'
import { beforeAll, describe, expect, it } from 'vitest'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { encodeCall, type Hex } from '../../contracts/bindings.ts'
import { type Deployment, deploy } from '../../contracts/deploy.ts'
import { decide } from '../../coordinator/flow/decide.ts'
import { checkChain } from '../../evidence/check-chain.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import { readBlock } from '../../gateway/block.ts'
import { proveReceipt } from '../../gateway/prove.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import { signDocument } from '../../protocol/documents.ts'
import { Anchor, type Bundle } from '../../protocol/evidence.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import { settlementForChain } from '../../protocol/settlement.ts'
import { withChain } from '../contracts/with-chain.ts'
import { assembleBundle } from './assemble-bundle.ts'
import { replaced } from './flip.ts'
import { keepEvidence } from './simulated-bundle.ts'
import { domainOf, keyOf, orderIn, type Setting, walletOf } from './simulated-setting.ts'
import { simulateTask } from './simulated-task.ts'

const chain = withChain()
let bundle: Bundle

beforeAll(async () => {
  const governor = await chain.rich()
  await chain.provider.send('anvil_setBalance', [walletOf('requester'), '0x8ac7230489e80000'])
  const deployment = await deploy({
    rpcUrl: chain.rpcUrl,
    deployerKey: governor.privateKey,
    governor: governor.address,
    settler: walletOf('settler'),
    directSettler: walletOf('settler'),
    logKeeper: walletOf('log keeper'),
    treasury: walletOf('treasury'),
  })
  bundle = await cancelOnChain(deployment, new NonceManager(governor))
}, 60_000)

describe('a bundle beside its chain', () => {
  it('holds', async () => {
    const { findings, checks } = await verifyBundle(bundle, { rpcUrl: chain.rpcUrl })
    expect(findings).toEqual([])
    expect(checks.find(({ name }) => name === 'chain')).toMatchObject({ ok: true, count: 13 })
  })

  it.each([
    ["another block's hash", '/anchors/checkpoint/blockHash', `0x${'1'.repeat(64)}`],
    ['another escrow', '/chain/escrow', walletOf('escrow')],
    ['another evidence log', '/chain/evidenceLog', walletOf('evidence log')],
    ['a registry that is none', '/chain/contractRegistry', walletOf('contract registry')],
    ['another chain', '/chain/chainId', 1],
    ['a root that was not anchored', '/checkpoint/root', `0x${'2'.repeat(64)}`],
    ['a keeper who is none', '/checkpoint/signer', walletOf('requester')],
    ['a budget that was not reserved', '/events/0/event/budget', '50000001'],
    ['a deadline that was not agreed', '/events/0/event/deadlineMs', 1_000],
    ['a requester who did not pay', '/events/0/event/requester/address', walletOf('approver')],
    ['a transaction that funded nothing', '/events/1/event/txHash', `0x${'3'.repeat(64)}`],
    ['another block of the funding', '/events/1/event/blockNumber', 1],
    ['another seed than that block', '/events/1/event/blockHash', `0x${'4'.repeat(64)}`],
    ['another transaction that settled', '/events/7/event/txHash', `0x${'4'.repeat(64)}`],
    ['another refund', '/events/6/event/settlement/refund', '1'],
  ])('does not hold with %s', async (_name, at, value) => {
    const { findings } = await checkChain(replaced(bundle, at, value), chain.rpcUrl)
    expect(findings.map(({ where }) => where).some(where => at === where || at.startsWith(`${where}/`))).toBe(true)
  })

  it('compares wallets and domains with what they were', async () => {
    const party = { agentId: '0', domainId: 'emergency', wallet: walletOf('requester') }
    const check = (parties: Bundle['parties']) => checkChain({ ...bundle, parties }, chain.rpcUrl)
    expect((await check([party])).findings).toEqual([])
    const [wallet] = (await check([{ ...party, wallet: walletOf('somebody') }])).findings
    expect(wallet).toMatchObject({ where: '/parties/0/wallet', what: expect.stringContaining(party.wallet) })
    const [domain] = (await check([{ ...party, domainId: 'weather' }])).findings
    expect(domain).toMatchObject({ where: '/parties/0/domainId', what: expect.stringContaining('emergency') })
  })

  it('cannot be compared with a node that is not there', async () => {
    const unreachable = verifyBundle(bundle, { rpcUrl: 'http://127.0.0.1:1' })
    await expect(unreachable).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
  })
})

/** A task funded, canceled, settled and proven on a real chain. */
async function cancelOnChain({ addresses, registry }: Deployment, governor: NonceManager): Promise<Bundle> {
  const lower = (address: string) => address.toLowerCase() as Hex
  const send = (contract: ContractName, data: Hex, by = governor) => sendTo(addresses[contract], data, by)
  const { chainId } = await chain.provider.getNetwork()
  const setting: Setting = {
    chain: {
      chainId: Number(chainId),
      contractRegistry: lower(registry),
      escrow: lower(addresses.Escrow),
      evidenceLog: lower(addresses.EvidenceLog),
    },
    token: lower(addresses.EntenteToken),
    startMs: Math.floor(Date.now() / 1000) * 1000,
    funding: { txHash: '0x', blockNumber: 0 },
  }
  await enrolRequester(addresses, send)
  const { order, signature } = orderIn(setting)
  const terms = { ...order, budget: BigInt(order.budget), deadline: BigInt(order.deadline), nonce: BigInt(order.nonce) }
  const funded = await send('Escrow', encodeCall(ABIS.Escrow, 'reserve', [terms, signature]))
  const { hash: txHash, blockNumber, blockHash } = funded
  const funding = { txHash: txHash as Hex, blockNumber, blockHash: blockHash as Hex }

  const { task, events, template } = simulateTask('canceled', { ...setting, funding })
  const settled = await send('Escrow', settleCall(setting, task.settlement!))
  const settlement = { txHash: settled.hash as Hex, blockNumber: settled.blockNumber }
  events.push(...decide(task, { type: 'recordSettlement', atMs: Date.now(), ...settlement }))

  const { leaves, checkpoint } = keepEvidence(setting, task, events)
  const { size, root } = checkpoint
  const kept = [BigInt(size), root, checkpoint.signature] as const
  const anchored = await send('EvidenceLog', encodeCall(ABIS.EvidenceLog, 'checkpoint', kept))
  return assembleBundle({
    taskId: task.taskId,
    chain: setting.chain,
    template,
    parties: [],
    events,
    leaves,
    checkpoint,
    anchors: { settlement: await anchorOf(settled), checkpoint: await anchorOf(anchored) },
  })
}

type Send = (contract: ContractName, data: Hex, by?: NonceManager) => Promise<TransactionReceipt>

/** The requester's domain is admitted, has an agent, and has money in escrow. */
async function enrolRequester(addresses: Deployment['addresses'], send: Send): Promise<void> {
  const requester = new NonceManager(new Wallet(keyOf('requester'), chain.provider))
  const amount = 100_000_000n
  const me = walletOf('requester')
  const domainId = domainToBytes32('emergency')
  await send('Domains', encodeCall(ABIS.Domains, 'admit', [domainId, me, 'Emergency management']))
  await send('EntenteToken', encodeCall(ABIS.EntenteToken, 'mint', [me, amount]))
  const spender = addresses.Escrow as Hex
  await send('EntenteToken', encodeCall(ABIS.EntenteToken, 'approve', [spender, amount]), requester)
  await send('Escrow', encodeCall(ABIS.Escrow, 'deposit', [me, amount]), requester)
  await send('IdentityRegistry', encodeCall(ABIS.IdentityRegistry, 'register', []), requester)
  await send('Domains', encodeCall(ABIS.Domains, 'enrol', [domainId, 0n]), requester)
}

function settleCall(
  setting: Setting,
  computed: NonNullable<ReturnType<typeof simulateTask>['task']['settlement']>,
): Hex {
  const document = settlementForChain(computed.settlement, computed.settlementHash)
  const signature = signDocument(domainOf(setting), 'Settlement', document, keyOf('settler'))
  const amounts = { payments: [], penalties: [], fee: BigInt(document.fee), refund: BigInt(document.refund) }
  return encodeCall(ABIS.Escrow, 'settle', [{ ...document, ...amounts }, signature])
}

async function sendTo(to: string, data: Hex, by: NonceManager): Promise<TransactionReceipt> {
  const response = await by.sendTransaction({ to, data })
  const receipt = await response.wait()
  if (!receipt) throw new Error(`${response.hash} was not mined`)
  return receipt
}

async function anchorOf({ hash, blockNumber }: TransactionReceipt): Promise<Anchor> {
  const block = await readBlock(connectRpc(chain.rpcUrl, { timeoutMs: 5_000 }), blockNumber, 'ethereum')
  const receipt = block.receipts.find(each => each.transactionHash === hash)
  return Anchor.parse(await proveReceipt(block, receipt!))
}
