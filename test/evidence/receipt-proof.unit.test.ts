import { RLP } from '@ethereumjs/rlp'
import { beforeAll, describe, expect, it } from 'vitest'
import { AnchorFault, openAnchor } from '../../evidence/receipt-proof.ts'
import type { Anchor } from '../../protocol/evidence.ts'
import { fromHex, keccak256, toHex } from '../../protocol/hash.ts'
import { mineBlock } from './simulated-block.ts'

const address = `0x${'0e'.repeat(20)}` as const
const root = `0x${'0f'.repeat(32)}`
const log = { address, contract: 'EvidenceLog', event: 'Checkpointed', args: [5, root] } as const

let anchor: Anchor
beforeAll(async () => {
  anchor = await mineBlock(77, 12, { logs: [log] })
})

describe('an anchor', () => {
  it('opens to the logs of its receipt', async () => {
    const [opened] = await openAnchor(anchor)
    expect(opened).toMatchObject({ address, data: root })
    expect(opened?.topics[1]).toBe(`0x${'5'.padStart(64, '0')}`)
  })

  it.each([0, 1, 15, 16, 39])('opens for transaction %i, wherever its key lies in the trie', async txIndex => {
    expect(await openAnchor(await mineBlock(77, txIndex, { logs: [log] }))).toHaveLength(1)
  })

  it.each<[string, keyof Anchor | '', (anchor: Anchor) => Anchor | Promise<Anchor>]>([
    ["with another block's hash", '', anchor => ({ ...anchor, blockHash: keccak256(fromHex(anchor.receipt)) })],
    ['with another height', 'blockNumber', anchor => ({ ...anchor, blockNumber: 78 })],
    ['with a negative index', '', anchor => ({ ...anchor, txIndex: -1 })],
    [
      "with another transaction's receipt",
      'receipt',
      async anchor => ({ ...anchor, receipt: (await empty()).receipt }),
    ],
    ["with another block's proof", '', async anchor => ({ ...anchor, proof: (await empty()).proof })],
    ['without its first node', '', anchor => ({ ...anchor, proof: anchor.proof.slice(1) })],
    ['without its last node', '', anchor => ({ ...anchor, proof: anchor.proof.slice(0, -1) })],
    ['without a proof', '', anchor => ({ ...anchor, proof: [] })],
    ['with a node that is not on the way', '', anchor => ({ ...anchor, proof: [...anchor.proof, anchor.receipt] })],
    [
      'with its nodes in another order',
      '',
      ({ proof, ...rest }) => ({ ...rest, proof: [proof[0]!, ...proof.slice(1).reverse()] }),
    ],
    ['whose transaction failed', 'receipt', () => mineBlock(77, 12, { logs: [log], status: 0 })],
    ['whose header is no list', 'headerRlp', anchor => withHeader(anchor, RLP.encode('header'))],
    ['whose header is too short', 'headerRlp', anchor => withHeader(anchor, RLP.encode(['a', 'b']))],
    [
      'whose header goes on',
      'headerRlp',
      anchor => withHeader(anchor, Buffer.from(`${anchor.headerRlp.slice(2)}00`, 'hex')),
    ],
  ])('does not open %s', async (_name, field, change) => {
    const fault = await openAnchor(await change(anchor)).catch(error => error)
    expect(fault).toBeInstanceOf(AnchorFault)
    expect(fault.field).toBe(field)
  })
})

const empty = () => mineBlock(78, 12, { logs: [] })

function withHeader(anchor: Anchor, header: Uint8Array): Anchor {
  return { ...anchor, headerRlp: toHex(header), blockHash: keccak256(header) }
}
