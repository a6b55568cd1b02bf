import { AbiCoder, Interface, id, Wallet, zeroPadValue } from 'ethers'
import { describe, expect, it } from 'vitest'
import { ABIS, type Addresses, CONTRACT_NAMES } from '../../contracts/abis.ts'
import { decodeLog, decodeResult, decodeRevert, encodeCall, type Hex } from '../../contracts/bindings.ts'

const ADDRESS = Wallet.createRandom().address as Hex
const HASH = `0x${'ab'.repeat(32)}` as Hex
const word = (value: bigint | string) => zeroPadValue(typeof value === 'string' ? value : `0x0${value}`, 32)

describe('encodeCall', () => {
  it('tells the overloads of register apart by their arguments', () => {
    expect(encodeCall(ABIS.IdentityRegistry, 'register', []).slice(0, 10)).toBe('0x1aa3a008')
    expect(encodeCall(ABIS.IdentityRegistry, 'register', ['u']).slice(0, 10)).toBe('0xf2c298be')
    expect(encodeCall(ABIS.IdentityRegistry, 'register', ['u', []]).slice(0, 10)).toBe('0x8ea42286')
  })

  it('encodes structs and their arrays as ethers does', () => {
    const settlement = {
      taskId: HASH,
      evidence: HASH,
      payments: [{ agentId: 1n, amount: 2n }],
      penalties: [{ agentId: 3n, amount: 4n, evidence: HASH }],
      fee: 5n,
      refund: 6n,
    }
    const expected = new Interface([
      'function settle((bytes32,bytes32,(uint256,uint256)[],(uint256,uint256,bytes32)[],uint256,uint256), bytes)',
    ]).encodeFunctionData('settle', [[HASH, HASH, [[1n, 2n]], [[3n, 4n, HASH]], 5n, 6n], '0x1234'])
    expect(encodeCall(ABIS.Escrow, 'settle', [settlement, '0x1234'])).toBe(expected)
  })

  it('refuses a number of arguments that no overload takes', () => {
    expect(() => encodeCall(ABIS.Escrow, 'withdraw', [1n] as never)).toThrow(/0 functions withdraw of 1 inputs/)
  })
})

describe('decodeResult', () => {
  it('gives one value as itself, with small integers as numbers', () => {
    const coder = AbiCoder.defaultAbiCoder()
    const data = coder.encode(
      ['(address,uint64,uint8,uint96,uint96,uint64,bytes32)'],
      [[ADDRESS, 7n, 1n, 8n, 0n, 6n, HASH]],
    )
    expect(decodeResult(ABIS.Escrow, 'taskOf', data)).toEqual({
      requester: ADDRESS,
      deadline: 7n,
      status: 1,
      budget: 8n,
      returned: 0n,
      fundedAt: 6n,
      settlementHash: HASH,
    })
  })

  it('gives several values as a tuple', () => {
    const data = AbiCoder.defaultAbiCoder().encode(['uint64', 'bytes32'], [9n, HASH])
    expect(decodeResult(ABIS.EvidenceLog, 'latest', data)).toEqual([9n, HASH])
  })
})

describe('decodeLog', () => {
  const addresses = Object.fromEntries(
    CONTRACT_NAMES.map((name, index) => [name, `0x${(index + 1).toString(16).padStart(40, '0')}`]),
  ) as Addresses
  const transfer = id('Transfer(address,address,uint256)')

  it('tells a token of the registry from credits, whose events have one name and one topic', () => {
    const ofAgent = { address: ADDRESS, topics: [transfer, word(0n), word(ADDRESS), word(5n)], data: '0x' }
    expect(decodeLog(ofAgent)).toEqual({
      contract: 'IdentityRegistry',
      event: 'Transfer',
      args: { from: `0x${'00'.repeat(20)}`, to: ADDRESS, tokenId: 5n },
    })
    const ofCredits = { address: ADDRESS, topics: [transfer, word(0n), word(ADDRESS)], data: word(5n) }
    expect(decodeLog(ofCredits)).toMatchObject({ contract: 'EntenteToken', args: { value: 5n } })
  })

  it('gives the hash of an indexed string', () => {
    const data = AbiCoder.defaultAbiCoder().encode(['string', 'bytes'], ['team', '0x01'])
    const topics = [id('MetadataSet(uint256,string,string,bytes)'), word(5n), id('team')]
    expect(decodeLog({ address: ADDRESS, topics, data })).toMatchObject({
      args: { agentId: 5n, indexedMetadataKey: id('team'), metadataKey: 'team', metadataValue: '0x01' },
    })
  })

  it('reads a text that is no UTF-8 with U+FFFD in place of each byte that is none', () => {
    const { topicHash } = new Interface(ABIS.IdentityRegistry).getEvent('Registered')!
    const data = AbiCoder.defaultAbiCoder().encode(['bytes'], ['0x61ff62eda080'])
    const log = { address: ADDRESS, topics: [topicHash, word(7n), word(ADDRESS)], data }
    expect(decodeLog(log)).toMatchObject({ event: 'Registered', args: { agentURI: 'a\uFFFDb\uFFFD\uFFFD\uFFFD' } })
  })

  it('names the contract by its address where it knows the deployment, and hears no other', () => {
    const topics = [id('AuthorityUpdated(address)')]
    const data = word(ADDRESS)
    expect(decodeLog({ address: addresses.Escrow, topics, data }, addresses)).toMatchObject({ contract: 'Escrow' })
    expect(decodeLog({ address: addresses.Domains, topics, data }, addresses)).toMatchObject({ contract: 'Domains' })
    expect(decodeLog({ address: ADDRESS, topics, data }, addresses)).toBeNull()
  })

  it('knows only the events of our contracts', () => {
    expect(decodeLog({ address: ADDRESS, topics: [id('Swap(address)')], data: '0x' })).toBeNull()
    expect(decodeLog({ address: ADDRESS, topics: [], data: '0x' })).toBeNull()
  })
})

describe('decodeRevert', () => {
  it("explains a contract's own error", () => {
    const data = new Interface(ABIS.Escrow).encodeErrorResult('EscrowSumMismatch', [9n, 10n])
    expect(decodeRevert(data)).toEqual({ name: 'EscrowSumMismatch', args: { sum: 9n, budget: 10n } })
  })

  it("explains a library's error, and that of an inherited contract", () => {
    expect(decodeRevert(id('SignatureInvalid()').slice(0, 10))).toEqual({ name: 'SignatureInvalid', args: {} })
    const data = new Interface(ABIS.Escrow).encodeErrorResult('AccessManagedUnauthorized', [ADDRESS])
    expect(decodeRevert(data)).toEqual({ name: 'AccessManagedUnauthorized', args: { caller: ADDRESS } })
  })

  it("explains Solidity's own two", () => {
    const coder = AbiCoder.defaultAbiCoder()
    const text = `0x08c379a0${coder.encode(['string'], ['reserved key']).slice(2)}`
    expect(decodeRevert(text)).toEqual({ name: 'Error', args: { message: 'reserved key' } })
    const panic = `0x4e487b71${coder.encode(['uint256'], [0x11]).slice(2)}`
    expect(decodeRevert(panic)).toEqual({ name: 'Panic', args: { code: 0x11n } })
  })

  it('explains one whose text is no UTF-8', () => {
    const data = `0x08c379a0${AbiCoder.defaultAbiCoder().encode(['bytes'], ['0x61ff']).slice(2)}`
    expect(decodeRevert(data)).toEqual({ name: 'Error', args: { message: 'a\uFFFD' } })
  })

  it('explains nothing else', () => {
    expect(decodeRevert('0x')).toBeNull()
    expect(decodeRevert('0x12345678')).toBeNull()
  })

  it('has one meaning for each error of all contracts', () => {
    const meanings = new Map<string, string>()
    for (const name of CONTRACT_NAMES) {
      new Interface(ABIS[name]).forEachError(error => {
        const signature = error.format('sighash')
        expect(meanings.get(error.selector) ?? signature).toBe(signature)
        meanings.set(error.selector, signature)
      })
    }
  })
})
