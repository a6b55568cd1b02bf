import { readFileSync } from 'node:fs'
import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RpcHeader, RpcReceipt } from '../../gateway/block.ts'
import { bloomOf } from '../../gateway/bloom.ts'
import { hashTo, whyUnknown } from '../../gateway/check-receipts.ts'
import { encodeHashed } from '../../gateway/encode-block.ts'
import { encodeReceipt, type ProvenRules, rulesWith, unknownTypes } from '../../gateway/encode-receipt.ts'
import { fromHex, type Hex, keccak256, toHex } from '../../protocol/hash.ts'

type Given = Pick<RpcReceipt, 'type' | 'status' | 'cumulativeGasUsed' | 'depositNonce' | 'depositReceiptVersion'> & {
  readonly logs: readonly Pick<RpcReceipt['logs'][number], 'address' | 'topics' | 'data'>[]
}
type Block = { readonly receiptsRoot: Hex; readonly receipts: readonly Given[] }

/** Each says where it is published. */
const vectors = JSON.parse(readFileSync(new URL('../data/receipts/vectors.json', import.meta.url), 'utf8')) as {
  readonly canyon: { header: RpcHeader; flashblockRoots: [number, Hex][]; receipts: readonly Given[] }
  readonly regolith: Block
  readonly canyonDeposit: { receipt: Given; payload: Hex }
  readonly arbitrum: Block
}

const whole = (receipts: readonly Given[]): RpcReceipt[] =>
  receipts.map((receipt, index) => {
    const of = { ...receipt, transactionIndex: `0x${index.toString(16)}` as Hex }
    return { ...of, logsBloom: bloomOf([receipt]) } as unknown as RpcReceipt
  })
const fits = (receipts: readonly Given[], receiptsRoot: Hex, rules: ProvenRules) =>
  hashTo(whole(receipts), { receiptsRoot }, rules)

describe('receipts of an OP stack', () => {
  it('hash to the root of a published block, and that to its hash; by no other rules', async () => {
    const { header, receipts } = vectors.canyon
    expect(keccak256(encodeHashed(header))).toBe(header.hash)
    expect(bloomOf(whole(receipts))).toBe(header.logsBloom)
    expect(await fits(receipts, header.receiptsRoot, 'op-stack')).toBe(true)
    expect(await fits(receipts, header.receiptsRoot, 'ethereum')).toBe(false)
    expect(await fits(receipts, header.receiptsRoot, 'arbitrum')).toBe(false)
  })

  it('do so for each part of that block that was published before it was whole', async () => {
    const { flashblockRoots, receipts } = vectors.canyon
    expect(flashblockRoots).toHaveLength(5)
    for (const [count, root] of flashblockRoots) {
      expect(await fits(receipts.slice(0, count), root, 'op-stack')).toBe(true)
    }
  })

  it('leave the nonce of a deposit out of the root before Canyon, though nodes say it', async () => {
    const { receiptsRoot, receipts } = vectors.regolith
    expect(receipts[0]).toHaveProperty('depositNonce')
    expect(await fits(receipts, receiptsRoot, 'op-stack')).toBe(true)
  })

  it('are encoded from Canyon on as is published', () => {
    const { receipt, payload } = vectors.canyonDeposit
    expect(toHex(encodeReceipt(whole([receipt])[0]!, 'op-stack'))).toBe(`0x7e${payload.slice(2)}`)
  })
})

describe('receipts of Arbitrum', () => {
  it('hash to the root of a published block, whose first is of type 0x6a', async () => {
    const { receiptsRoot, receipts } = vectors.arbitrum
    expect(await fits(receipts, receiptsRoot, 'arbitrum')).toBe(true)
    // The root decides, and not whose the type is.
    expect(await fits(receipts, receiptsRoot, 'ethereum')).toBe(true)
    expect(unknownTypes(whole(receipts), 'ethereum')).toEqual(['0x6a'])
  })
})

describe('types', () => {
  it('say whose they are', () => {
    expect(rulesWith(['0x0', '0x2'])).toEqual(['ethereum', 'op-stack', 'arbitrum'])
    expect(rulesWith(['0x2', '0x7e'])).toEqual(['op-stack'])
    for (const type of ['0x64', '0x65', '0x66', '0x68', '0x69', '0x6a'] as const) {
      expect(rulesWith([type])).toEqual(['arbitrum'])
    }
    for (const type of ['0x5', '0x67', '0x71', '0x7b', '0xff'] as const) expect(rulesWith([type])).toEqual([])
  })

  it('that a profile does not have are named, with what to do', () => {
    const why = (type: Hex) =>
      whyUnknown(whole([{ ...vectors.canyonDeposit.receipt, type }]), { number: '0x9' }, 'ethereum')
    expect(why('0x2')).toBeNull()
    expect(why('0x7e')).toMatchObject({ code: 'RECEIPT_TYPE_UNKNOWN' })
    expect(why('0x7e')!.message).toMatch(/block 9 has receipts of type 0x7e.*the profile op-stack has them/)
    expect(why('0x7b')!.message).toMatch(/no profile has them but unproven/)
  })
})

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex)
const quantity = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(value => `0x${value.toString(16)}` as Hex)
const log = fc.record({
  address: hex(20),
  topics: fc.array(hex(32), { maxLength: 4 }),
  data: fc.uint8Array({ maxLength: 96 }).map(toHex),
})
const common = {
  status: fc.constantFrom<Hex>('0x0', '0x1'),
  cumulativeGasUsed: quantity,
  logs: fc.array(log, { maxLength: 3 }),
}
const usual = fc.record({ type: fc.constantFrom<Hex>('0x0', '0x1', '0x2', '0x3', '0x4'), ...common })
const deposit = fc.record({
  type: fc.constant<Hex>('0x7e'),
  ...common,
  depositNonce: quantity,
  depositReceiptVersion: quantity,
})
const ofArbitrum = fc.record({ type: fc.constantFrom<Hex>('0x64', '0x65', '0x66', '0x68', '0x69', '0x6a'), ...common })

/** As the Yellow Paper, EIP-2718 and the OP stack have it, and not as the gateway writes it. */
async function rootOf(receipts: readonly Given[]): Promise<Hex> {
  const trie = await createMPT()
  for (const [index, { type, status, cumulativeGasUsed, logs, ...more }] of receipts.entries()) {
    const bloom = fromHex(bloomOf([{ logs }]))
    const items = logs.map(({ address, topics, data }) => [fromHex(address), topics.map(fromHex), fromHex(data)])
    const last = Object.values(more).map(each => BigInt(each!))
    const payload = RLP.encode([BigInt(status), BigInt(cumulativeGasUsed), bloom, items, ...last])
    const value = type === '0x0' ? payload : Uint8Array.of(Number(type), ...payload)
    await trie.put(RLP.encode(index), value)
  }
  return toHex(trie.root())
}

describe('any receipts', () => {
  it.each<[ProvenRules, fc.Arbitrary<Given>]>([
    ['ethereum', usual],
    ['op-stack', fc.oneof(usual, deposit)],
    ['arbitrum', fc.oneof(usual, ofArbitrum)],
  ])('of %s hash to the root that is computed apart from the gateway', async (rules, receipt) => {
    const property = fc.asyncProperty(fc.array(receipt, { minLength: 1, maxLength: 40 }), async receipts => {
      expect(await fits(receipts, await rootOf(receipts), rules)).toBe(true)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('of an OP stack do not hash to it when nonce or version of a deposit are others', async () => {
    const property = fc.asyncProperty(
      fc.array(usual, { maxLength: 4 }),
      deposit,
      fc.boolean(),
      async (rest, given, nonce) => {
        const root = await rootOf([given, ...rest])
        const name = nonce ? 'depositNonce' : 'depositReceiptVersion'
        const changed = { ...given, [name]: `0x${(BigInt(given[name]) + 1n).toString(16)}` }
        expect(await fits([changed, ...rest], root, 'op-stack')).toBe(false)
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })
})
