import { Transaction, Wallet } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assembleTransaction, delegationDigest, transactionDigest } from '../../gateway/transaction.ts'
import type { Hex } from '../../protocol/hash.ts'
import { signDigest } from '../../protocol/sign.ts'

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex)
const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
const transaction = fc.record({
  chainId: fc.integer({ min: 1, max: 2 ** 40 }),
  nonce: fc.nat(),
  to: hex(20),
  data: fc.uint8Array({ maxLength: 300 }).map(toHex),
  value: fc.bigInt(0n, 2n ** 200n),
  gasLimit: fc.bigInt(21_000n, 2n ** 40n),
  // Nobody tips more than the whole fee; ethers refuses it.
  maxFeePerGas: fc.bigInt(2n ** 60n, 2n ** 80n),
  maxPriorityFeePerGas: fc.bigInt(0n, 2n ** 60n),
})
const privateKey = hex(32).filter(key => BigInt(key) > 0n && !key.startsWith('0xffffffff'))

test('bytes and hash are those that ethers makes, whatever the transaction', async () => {
  await fc.assert(
    fc.asyncProperty(transaction, privateKey, async (fields, key) => {
      const { raw, txHash } = assembleTransaction(fields, signDigest(transactionDigest(fields), key))
      const theirs = await new Wallet(key).signTransaction({ ...fields, type: 2 })
      expect(raw).toBe(theirs)
      expect(txHash).toBe(Transaction.from(theirs).hash)
    }),
  )
})

test('a transaction that delegates is the one that ethers makes', async () => {
  await fc.assert(
    fc.asyncProperty(transaction, privateKey, hex(20), fc.nat(), async (fields, key, address, nonce) => {
      const wallet = new Wallet(key)
      const theirs = await wallet.authorize({ chainId: fields.chainId, address, nonce })
      const delegation = { chainId: fields.chainId, address, nonce }
      const signature = signDigest(delegationDigest(delegation), key)
      expect(signature).toBe(theirs.signature.serialized)
      const delegating = { ...fields, delegation: { ...delegation, signature } }
      const { raw } = assembleTransaction(delegating, signDigest(transactionDigest(delegating), key))
      expect(raw).toBe(await wallet.signTransaction({ ...fields, type: 4, authorizationList: [theirs] }))
    }),
    { numRuns: 50 },
  )
})
