import { describe, expect, it } from 'vitest'
import { type ProfileName, profileNamed, profileNames, profileOf } from '../../stack/chain-profile.ts'

describe('the profile of a chain', () => {
  it.each<[ProfileName, number, string]>([
    ['anvil', 31_337, 'anvil/v1.7.1'],
    ['besu-qbft', 1_337, 'besu/v25.8.0/linux-x86_64/openjdk-java-21'],
    ['ethereum', 900, 'Geth/v1.16.2-stable/linux-amd64/go1.24'],
    ['op-stack', 901, 'op-geth/v1.101511.1/linux-amd64/go1.23'],
    ['arbitrum', 902, 'nitro/v3.6.7/linux-amd64/go1.23'],
    ['unproven', 904, 'zkSync/v2.0'],
    ['other', 903, 'BCOS/3.0'],
  ])('is %s for chain %i with nodes of %s', (name, chainId, client) => {
    expect(profileOf(undefined, chainId, client).name).toBe(name)
  })

  it('is that of a known id, whatever its nodes are', () => {
    expect(profileOf(undefined, 1, 'besu/v25.8.0').name).toBe('ethereum')
    expect(profileOf(undefined, 8_453, 'Geth/v1.16.2').name).toBe('op-stack')
    expect(profileOf(undefined, 42_220, 'Geth/v1.16.2').name).toBe('unproven')
  })

  it('says of its receipts what a profile of that name has', () => {
    for (const { receipts } of profileNames.map(profileNamed)) expect(profileNamed(receipts).receipts).toBe(receipts)
  })

  it('is the one that was named before all', () => {
    for (const name of profileNames) expect(profileOf(name, 1, 'anvil/v1.7.1')).toBe(profileNamed(name))
  })
})
