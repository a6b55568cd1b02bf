import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkAnchor } from '../../gateway/check-anchor.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { AnchorProof } from '../../protocol/chain-message.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { mint } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
let gateway: Gateway | undefined
let proofs: AnchorProof[] = []

// Enough in one block for a trie with branches, and receipts of other shapes beside the one that is proven.
beforeAll(async () => {
  gateway = await start()
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const intent = { ...mint(world(), `proof ${index}`), prove: index % 2 === 0 }
      const { messageId } = await submitIntent(world().nc, intent, patience)
      return awaitOutcome(world().nc, messageId, patience)
    }),
  )
  expect(outcomes.filter((_, index) => index % 2 === 1).every(outcome => outcome.proof === undefined)).toBe(true)
  proofs = outcomes.filter((_, index) => index % 2 === 0).map(outcome => AnchorProof.parse(outcome.proof))
})
afterAll(() => gateway?.stop())

describe('the proof that a receipt is in its block', () => {
  test('holds for every message that asked for it', async () => {
    expect(proofs).toHaveLength(20)
    expect(Math.max(...proofs.map(proof => proof.proof.length))).toBeGreaterThan(1)
    for (const proof of proofs) await checkAnchor(proof)
  })

  test('is of the block that the node has', async () => {
    const { blockNumber, blockHash, txHash } = proofs[0]!
    const receipt = await world().rpc('eth_getTransactionReceipt', [txHash])
    expect(receipt).toMatchObject({ blockHash, blockNumber: `0x${blockNumber.toString(16)}` })
  })

  test('fails when any bit of it is flipped', async () => {
    const bit = fc.record({ which: fc.nat(), bit: fc.nat() })
    const field = fc.constantFrom('headerRlp', 'receipt', 'blockHash', 'proof' as const)
    await fc.assert(
      fc.asyncProperty(fc.nat(), field, bit, async (some, name, flip) => {
        const proof = proofs[some % proofs.length]!
        await expect(checkAnchor(flipBit(proof, name, flip))).rejects.toThrow()
      }),
      { numRuns: 400 },
    )
  })

  test('fails under another index or block number', async () => {
    for (const proof of proofs) {
      await expect(checkAnchor({ ...proof, txIndex: proof.txIndex + 1 })).rejects.toThrow('receipts root')
      await expect(checkAnchor({ ...proof, blockNumber: proof.blockNumber + 1 })).rejects.toThrow('header is of block')
    }
  })
})

type Field = 'headerRlp' | 'receipt' | 'blockHash' | 'proof'

function flipBit(proof: AnchorProof, field: Field, { which, bit }: { which: number; bit: number }): AnchorProof {
  const flipped = (hex: string): `0x${string}` => {
    const bytes = Buffer.from(hex.slice(2), 'hex')
    const place = bit % (bytes.length * 8)
    bytes[place >> 3] = bytes[place >> 3]! ^ (1 << (place & 7))
    return `0x${bytes.toString('hex')}`
  }
  if (field !== 'proof') return { ...proof, [field]: flipped(proof[field]) }
  const node = which % proof.proof.length
  return { ...proof, proof: proof.proof.with(node, flipped(proof.proof[node]!)) }
}
