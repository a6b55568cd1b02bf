import { describe, expect, it } from 'vitest'
import { type Configured, contradictionsOf, type Observed } from '../../../gateway/profiles/contradictions.ts'
import { type ProfileName, profileNamed } from '../../../stack/chain-profile.ts'

const besu: Observed = {
  client: 'besu/v25.8.0',
  baseFee: 0n,
  blockGas: 30_000_000n,
  hashing: 'qbft',
  setsCode: false,
  tagsFinal: true,
  logsRefused: null,
  receipts: null,
}
const geth: Observed = { ...besu, client: 'Geth/v1.16.2', baseFee: 10n ** 9n, hashing: 'plain', setsCode: true }
const set: Configured = { named: undefined, finalityBlocks: 64, readers: 1, batchGas: null }
const [qbft, ethereum, anvil] = [profileNamed('besu-qbft'), profileNamed('ethereum'), profileNamed('anvil')]

const weights = (...args: Parameters<typeof contradictionsOf>) => contradictionsOf(...args).map(({ weight }) => weight)
const words = (...args: Parameters<typeof contradictionsOf>) =>
  contradictionsOf(...args)
    .map(({ what }) => what)
    .join('; ')

describe('profile, node and configuration', () => {
  it('go together', () => {
    expect(contradictionsOf(qbft, besu, { ...set, finalityBlocks: 0 })).toEqual([])
    expect(contradictionsOf(ethereum, geth, set)).toEqual([])
    expect(contradictionsOf(anvil, { ...geth, client: 'anvil/v1.7.1' }, { ...set, finalityBlocks: 1 })).toEqual([])
    expect(contradictionsOf(ethereum, geth, { ...set, batchGas: 16_000_000n })).toEqual([])
  })

  it('do not where blocks have no base fee: no transaction could be sent', () => {
    expect(weights(qbft, { ...besu, baseFee: null }, set)).toEqual(['broken'])
  })

  it('do not where blocks are taken for those of QBFT and are not: each would count as final at once', () => {
    expect(weights(qbft, { ...besu, hashing: 'plain' }, set)).toEqual(['broken'])
    expect(words(qbft, { ...besu, hashing: null }, set)).toContain('no way that is known')
    expect(weights(ethereum, { ...geth, hashing: 'qbft' }, set)).toEqual(['odd'])
  })

  it('do not where fees are said to be free and are not, or the other way', () => {
    expect(weights(qbft, { ...besu, baseFee: 7n }, set)).toEqual(['odd'])
    expect(words(ethereum, { ...geth, baseFee: 0n }, set)).toContain('free fees')
  })

  it('do not where the node runs no delegated code, has no final block, or gives fewer logs', () => {
    expect(words(ethereum, { ...geth, setsCode: false }, set)).toContain('EIP-7702')
    expect(words(ethereum, { ...geth, tagsFinal: false }, set)).toContain('finalized')
    const refused = { ...geth, logsRefused: 'eth_getLogs: range too large' }
    expect(contradictionsOf(ethereum, refused, set)).toEqual([
      { weight: 'broken', what: 'its node does not give logs of 1000 blocks: eth_getLogs: range too large' },
    ])
  })

  it('do not where the configuration asks for less certainty, or more gas, than the chain has', () => {
    expect(weights(ethereum, geth, { ...set, finalityBlocks: 63 })).toEqual(['odd'])
    expect(weights(ethereum, geth, { ...set, batchGas: 16_777_217n })).toEqual(['broken'])
    expect(weights(qbft, besu, { ...set, batchGas: 30_000_001n })).toEqual(['broken'])
  })

  it('do not where receipts are encoded otherwise than is said, and what fits is named', () => {
    const sees = (name: ProfileName, receipts: Observed['receipts']) =>
      contradictionsOf(profileNamed(name), { ...geth, receipts }, { ...set, finalityBlocks: 10_000, readers: 3 })
    const seen = { block: 9, fit: [], proven: false }
    expect(sees('ethereum', { ...seen, fit: ['ethereum', 'op-stack'], proven: true })).toEqual([])
    expect(sees('ethereum', { ...seen, fit: ['op-stack'] })).toMatchObject([
      {
        weight: 'broken',
        what: expect.stringMatching(/block 9 do not hash.*rules of ethereum: the profile op-stack fits/),
      },
    ])
    expect(sees('op-stack', seen)).toMatchObject([
      { weight: 'broken', what: expect.stringContaining('the profile unproven fits') },
    ])
    expect(sees('ethereum', { ...seen, fit: ['arbitrum'], proven: true })).toMatchObject([
      { weight: 'odd', what: expect.stringContaining('the profile arbitrum fits') },
    ])
    expect(sees('ethereum', { ...seen, proven: true })).toMatchObject([
      { weight: 'odd', what: expect.stringContaining('types that ethereum does not have') },
    ])
    const words = sees('unproven', { ...seen, fit: ['ethereum'] }).map(({ what }) => what)
    expect(words.join()).toContain('block 9 proves its receipts')
    expect(
      sees('unproven', seen)
        .map(({ what }) => what)
        .join(),
    ).not.toContain('block 9')
  })

  it('do not where blocks prove nothing, and too few nodes are read from to outvote a liar', () => {
    const many = (readers: number) => words(profileNamed('unproven'), geth, { ...set, readers })
    expect(many(1)).toContain('1 of its nodes')
    expect(many(2)).toContain('of three, two outvote')
    expect(many(3)).not.toContain('outvote')
  })

  it('do not where the profile was named, and the node is of another kind', () => {
    expect(words(ethereum, { ...geth, client: 'besu/v25.8.0' }, { ...set, named: 'ethereum' })).toContain(
      'besu/v25.8.0',
    )
    expect(contradictionsOf(ethereum, { ...geth, client: 'besu/v25.8.0' }, set)).toEqual([])
  })
})
