import { describe, expect, test } from 'vitest'
import { usualParameters } from '../../protocol/consortium.ts'
import { slugToBytes32 } from '../../protocol/ids.ts'
import { ChainParameters } from '../../registry/chain-parameters.ts'

function fold(...events: [event: string, key: string, args: Record<string, string>][]) {
  const onChain = new ChainParameters()
  const place = { blockNumber: 1, blockTimeMs: 0 }
  const hash = `0x${'00'.repeat(32)}` as never
  for (const [logIndex, [event, key, args]] of events.entries()) {
    const named = { contract: 'ConfigRegistry', event, args: { key: slugToBytes32(key), ...args } }
    const address = `0x${'00'.repeat(20)}` as never
    const logged = { ...named, ...place, logIndex, address, blockHash: hash, txHash: hash }
    onChain.take(logged)
    // Who reads the log anew is told the same again.
    onChain.take(logged)
  }
  return Object.assign((seconds: number) => onChain.at(seconds * 1_000, usualParameters), { onChain })
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
    expect(at.onChain.changes.map(({ revision, key }) => [revision, key])).toEqual([
      [1, 'constructor'],
      [2, 'fee-bps'],
    ])
  })

  test('come in periods, which begin where one of the keys asked for changes', () => {
    const { onChain } = fold(
      ['ConfigSet', 'gold-bps', { version: '1', value: '7', effectiveAt: '100' }],
      ['ConfigSet', 'fee-bps', { version: '1', value: '300', effectiveAt: '50' }],
      ['ConfigSet', 'gold-bps', { version: '2', value: '9', effectiveAt: '200' }],
      ['ConfigSet', 'gold-bps', { version: '3', value: '11', effectiveAt: '300' }],
      ['ConfigWithdrawn', 'gold-bps', { version: '3' }],
    )
    const periods = onChain.periods(['gold-bps'], usualParameters)
    expect(periods.map(({ fromMs, parameters }) => [fromMs, parameters['gold-bps'], parameters['fee-bps']])).toEqual([
      [0, usualParameters['gold-bps'], usualParameters['fee-bps']],
      [100_000, 7, 300],
      [200_000, 9, 300],
    ])
  })
})
