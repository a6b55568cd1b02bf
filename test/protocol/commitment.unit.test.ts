import { AbiCoder, id, keccak256 } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CommitmentScope, commitmentOf } from '../../protocol/receipt.ts'
import { anyAddress, anyHash } from './arbitrary.ts'

const anyScope: fc.Arbitrary<CommitmentScope> = fc.record({
  chainId: fc.nat(),
  contract: anyAddress,
  taskId: anyHash,
  subtaskId: fc.stringMatching(/^[a-z][a-z0-9-]{0,47}$/),
  attempt: fc.integer({ min: 1, max: 20 }),
  agentId: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map(String),
  wallet: anyAddress,
})

describe('a commitment', () => {
  it('is what a contract computes with abi.encode', () => {
    fc.assert(
      fc.property(anyScope, anyHash, anyHash, (scope, outputHash, salt) => {
        const words = AbiCoder.defaultAbiCoder().encode(
          ['uint256', 'address', 'bytes32', 'bytes32', 'uint32', 'uint256', 'address', 'bytes32', 'bytes32'],
          [
            scope.chainId,
            scope.contract,
            scope.taskId,
            id(scope.subtaskId),
            scope.attempt,
            scope.agentId,
            scope.wallet,
            outputHash,
            salt,
          ],
        )
        expect(commitmentOf(scope, outputHash, salt)).toBe(keccak256(words))
      }),
    )
  })

  it('opens nowhere else: each part of its scope, the output and the salt are bound', () => {
    fc.assert(
      fc.property(anyScope, anyScope, anyHash, anyHash, (scope, other, outputHash, salt) => {
        const commitment = commitmentOf(scope, outputHash, salt)
        for (const part of Object.keys(scope) as (keyof CommitmentScope)[]) {
          const elsewhere = commitmentOf({ ...scope, [part]: other[part] }, outputHash, salt)
          expect(elsewhere === commitment).toBe(scope[part] === other[part])
        }
        expect(commitmentOf(scope, salt, salt) === commitment).toBe(salt === outputHash)
        expect(commitmentOf(scope, outputHash, outputHash) === commitment).toBe(salt === outputHash)
      }),
    )
  })
})
