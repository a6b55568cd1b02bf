import { AbiCoder, encodeBytes32String, encodeRlp, keccak256, toBeHex, type Wallet, zeroPadValue } from 'ethers'
import { ABIS } from '../abis.ts'
import { eventTopic, type Hex } from '../bindings.ts'
import { foundDomain, type Scene } from './scene.ts'
import { sign } from './sign.ts'

const SOURCE = 7_001n
const HASH = `0x${'5a'.repeat(32)}` as Hex
const EVIDENCE_LOG = `0x${'e1'.repeat(20)}` as Hex
const OUTBOX = `0x${'e2'.repeat(20)}` as Hex
const WORD = 32

/** On another chain, blocks of one transaction with one log each: a real proof is longer by some nodes of half a kilobyte. */
export async function measureRelay(scene: Scene): Promise<void> {
  const { gas, governor } = scene
  const voucher = await foundDomain(scene, 'relay-one', 0)
  const other = await foundDomain(scene, 'relay-two', 0)
  await scene.act(governor, 'ForeignChains', 'recognise', [SOURCE, EVIDENCE_LOG, OUTBOX])
  const ids = ['relay-one', 'relay-two'].map(name => encodeBytes32String(name) as Hex)
  await scene.act(governor, 'ForeignChains', 'nameVouchers', [SOURCE, 2, ids])
  const admins = [voucher.admin, other.admin]
  for (const [index, admin] of admins.entries()) {
    await scene.act(admin, 'ForeignChains', 'appoint', [ids[index]!, admin.address as Hex])
  }

  const checkpoint = (size: bigint) => [[eventTopic(ABIS.EvidenceLog, 'Checkpointed'), word(size)], HASH] as const
  await carry(scene, admins, 1n, EVIDENCE_LOG, ...checkpoint(1n))
  gas['accept a header of another chain, for which 2 domains vouch'] = await carry(
    scene,
    admins,
    2n,
    EVIDENCE_LOG,
    ...checkpoint(2n),
  )
  await scene.act(governor, 'ForeignLogs', 'anchor', [SOURCE, proofAt(1n, EVIDENCE_LOG, ...checkpoint(1n))])
  const second = proofAt(2n, EVIDENCE_LOG, ...checkpoint(2n))
  gas['take over a checkpoint of another chain'] = await scene.act(governor, 'ForeignLogs', 'anchor', [SOURCE, second])
  gas['send a message to another chain'] = await send(scene)

  const { chainId } = await scene.chain.provider.getNetwork()
  const topics = [eventTopic(ABIS.Outbox, 'MessageSent'), word(chainId), word(0n), zeroPadValue(OUTBOX, WORD) as Hex]
  // An account without code refuses every message, at no cost of its own.
  const data = AbiCoder.defaultAbiCoder().encode(['address', 'bytes'], [OUTBOX, HASH]) as Hex
  await carry(scene, admins, 3n, OUTBOX, topics, data)
  const message = proofAt(3n, OUTBOX, topics, data)
  gas['deliver a message of another chain, beside what its receiver does'] = await scene.act(
    governor,
    'Inbox',
    'deliver',
    [SOURCE, message],
  )
}

async function send(scene: Scene): Promise<number> {
  await scene.act(scene.governor, 'Outbox', 'send', [SOURCE, OUTBOX, HASH])
  return scene.act(scene.governor, 'Outbox', 'send', [SOURCE, OUTBOX, HASH])
}

type Logged = readonly [emitter: Hex, topics: readonly Hex[], data: Hex]

async function carry(scene: Scene, admins: readonly Wallet[], number: bigint, ...log: Logged): Promise<number> {
  const header = headerOf(number, keccak256(leafOf(...log)) as Hex)
  const message = { sourceChain: SOURCE, number, blockHash: keccak256(header) }
  const vouches = await Promise.all(
    admins.map(async (admin, index) => ({
      domainId: encodeBytes32String(['relay-one', 'relay-two'][index]!) as Hex,
      signature: await sign(scene.addresses, admin, 'ForeignBlock', message),
    })),
  )
  return scene.act(scene.governor, 'ForeignChains', 'accept', [SOURCE, header, vouches])
}

function proofAt(blockNumber: bigint, ...log: Logged) {
  return { blockNumber, txIndex: 0n, logIndex: 0, nodes: [leafOf(...log)] }
}

/** A trie of one leaf: the nibbles of RLP(0), then the receipt of a fee-market transaction. */
function leafOf(emitter: Hex, topics: readonly Hex[], data: Hex): Hex {
  const receipt = encodeRlp(['0x01', toBeHex(21_000), `0x${'00'.repeat(256)}`, [[emitter, [...topics], data]]])
  return encodeRlp(['0x2080', `0x02${receipt.slice(2)}`]) as Hex
}

function headerOf(number: bigint, receiptsRoot: Hex): Hex {
  const before = [HASH, HASH, EVIDENCE_LOG, HASH, HASH, receiptsRoot, `0x${'00'.repeat(256)}`, '0x']
  const after = [
    toBeHex(30_000_000),
    toBeHex(21_000),
    toBeHex(1_800_000_000),
    '0x',
    HASH,
    `0x${'00'.repeat(8)}`,
    '0x07',
  ]
  return encodeRlp([...before, toBeHex(number), ...after]) as Hex
}

function word(value: bigint): Hex {
  return toBeHex(value, WORD) as Hex
}
