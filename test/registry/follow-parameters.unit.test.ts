import { describe, expect, test } from 'vitest'
import { usualParameters } from '../../protocol/consortium.ts'
import { slugToBytes32 } from '../../protocol/ids.ts'
import { ChainParameters } from '../../registry/follow-parameters.ts'

function fold(...events: [event: string, key: string, args: Record<string, string>][]) {
  const onChain = new ChainParameters()
  const place = { blockNumber: 1, blockTimeMs: 0, logIndex: 0 }
  const hash = `0x${'00'.repeat(32)}` as never
  for (const [event, key, args] of events) {
    const named = { contract: 'ConfigRegistry', event, args: { key: slugToBytes32(key), ...args } }
    onChain.take({ ...named, ...place, address: `0x${'00'.repeat(20)}` as never, blockHash: hash, txHash: hash })
  }
  return (seconds: number) => onChain.at(seconds * 1_000, usualParameters)
}

describe('parameters on chain', () => {
  test('hold from their time on, and the rest is as usual', () => {
    const at = fold(['ConfigSet', 'fee-bps', { version: '1', value: '300', effectiveAt: '100' }])
    expect(at(99)).toEqual(usualParameters)
    expect(at(100)).toEqual({ ...usualParameters, 'fee-bps': 300 })
  })

  test('a change that was withdrawn leaves what was before', () => {
    const at = fold(
      ['ConfigSet', 'fee-bps', { version: '1', value: '300', effectiveAt: '100' }],
      ['ConfigSet', 'fee-bps', { version: '2', value: '400', effectiveAt: '200' }],
      ['ConfigWithdrawn', 'fee-bps', { version: '2' }],
    )
    expect(at(300)['fee-bps']).toBe(300)
  })

  test('a key that nobody knows, and a value beyond the most, change nothing', () => {
    const at = fold(
      ['ConfigSet', 'constructor', { version: '1', value: '1', effectiveAt: '1' }],
      ['ConfigSet', 'fee-bps', { version: '1', value: '1001', effectiveAt: '1' }],
    )
    expect(at(2)).toEqual(usualParameters)
  })
})
