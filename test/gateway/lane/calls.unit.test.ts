import { Interface, type InterfaceAbi } from 'ethers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchExecutorAbi } from '../../../contracts/generated/batch-executor.ts'
import { bytesOf, encodeCalls } from '../../../gateway/lane/calls.ts'
import { readMeasured, readOutcomes } from '../../../gateway/lane/outcomes.ts'
import type { Hex } from '../../../protocol/hash.ts'

const abi = new Interface(batchExecutorAbi as unknown as InterfaceAbi)
const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
const hex = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max }).map(toHex)
const gas = fc.bigInt(0n, 2n ** 40n)
const call = fc.record({ id: hex(8), target: hex(20), gasLimit: gas, data: hex(0, 300) })
const account: Hex = `0x${'aa'.repeat(20)}`
const elsewhere: Hex = `0x${'bb'.repeat(20)}`

test('calls are encoded as the ABI says, and are as long as was said', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), fc.constantFrom('execute', 'measure'), (calls, verb) => {
      const data = encodeCalls(verb, calls)
      expect(data).toBe(abi.encodeFunctionData(verb, [calls]))
      expect(calls.reduce((sum, each) => sum + bytesOf(each), 68)).toBe((data.length - 2) / 2)
    }),
  )
})

test('what was measured is read as it was written', () => {
  const outcome = fc.record({ fate: fc.constantFrom(0, 1, 2), gasUsed: gas, reason: hex(0, 100) })
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 20 }), outcomes => {
      const named = outcomes.map(each => ({ ...each, fate: ['skipped', 'done', 'failed'][each.fate] }))
      expect(readMeasured(abi.encodeErrorResult('BatchExecutorMeasured', [outcomes]))).toEqual(named)
    }),
  )
  expect(readMeasured('0x08c379a0')).toBeNull()
})

test('the logs of a call are those before the word on it, and only the account has that word', () => {
  const logOf = (address: Hex, event: string, args: unknown[]) => ({
    ...{ address, blockNumber: '0x1', blockHash: '0x', transactionHash: '0x', logIndex: '0x0' },
    ...(abi.encodeEventLog(event, args) as { topics: Hex[]; data: Hex }),
  })
  const ids = ['0x0000000000000001', '0x0000000000000002', '0x0000000000000003']
  const logs = [
    logOf(elsewhere, 'CallSkipped', [ids[0]]),
    logOf(elsewhere, 'CallDone', [ids[1], 7n]),
    logOf(account, 'CallDone', [ids[0], 30_000n]),
    logOf(account, 'CallFailed', [ids[1], 40_000n, '0x1234567890']),
    logOf(account, 'CallSkipped', [ids[2]]),
  ]
  expect(readOutcomes({ logs: logs as never, from: account })).toEqual(
    new Map([
      [ids[0], { id: ids[0], fate: 'done', gasUsed: 30_000n, reason: '0x', logs: { first: 0, count: 2 } }],
      [ids[1], { id: ids[1], fate: 'failed', gasUsed: 40_000n, reason: '0x1234567890', logs: { first: 3, count: 0 } }],
      [ids[2], { id: ids[2], fate: 'skipped', gasUsed: 0n, reason: '0x', logs: { first: 4, count: 0 } }],
    ]),
  )
})
