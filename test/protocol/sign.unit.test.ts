import { computeAddress, recoverAddress as ethersRecover, SigningKey } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Hex } from '../../protocol/hash.ts'
import { addressOf, recoverAddress, signDigest } from '../../protocol/sign.ts'
import { anyHash, anyKey } from './arbitrary.ts'

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const key: Hex = '0x4646464646464646464646464646464646464646464646464646464646464646'
const digest: Hex = `0x${'ab'.repeat(32)}`
const signature = signDigest(digest, key)

describe('signing', () => {
  it('gives byte for byte the signature that ethers gives', () => {
    fc.assert(
      fc.property(anyHash, anyKey, (hash, privateKey) => {
        expect(signDigest(hash, privateKey)).toBe(new SigningKey(privateKey).sign(hash).serialized)
      }),
      { numRuns: 50 },
    )
  })

  it('knows the address of a key as ethers does', () => {
    fc.assert(
      fc.property(anyKey, privateKey => {
        expect(addressOf(privateKey)).toBe(computeAddress(privateKey).toLowerCase())
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['zero', `0x${'00'.repeat(32)}`],
    ['the order of the curve', `0x${order.toString(16)}`],
    ['too short', '0x01'],
    ['no hexadecimal', 'key'],
  ])('refuses a key that is %s', (_name, privateKey) => {
    expect(() => addressOf(privateKey as Hex)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }))
  })
})

describe('recovering the signer', () => {
  it('finds the address whose key signed, as ethers does', () => {
    fc.assert(
      fc.property(anyHash, anyKey, (hash, privateKey) => {
        const signed = new SigningKey(privateKey).sign(hash).serialized
        expect(recoverAddress(hash, signed)).toBe(addressOf(privateKey))
        expect(recoverAddress(hash, signed)).toBe(ethersRecover(hash, signed).toLowerCase())
      }),
      { numRuns: 50 },
    )
  })

  it('finds no such address once any bit of the digest or the signature is flipped', () => {
    fc.assert(
      fc.property(fc.nat(65 * 8 - 1), bit => {
        expect(recoverAddress(digest, flip(signature, bit))).not.toBe(addressOf(key))
        if (bit < 256) expect(recoverAddress(flip(digest, bit), signature)).not.toBe(addressOf(key))
      }),
    )
  })

  it('refuses the same signature written with the other s', () => {
    const s = BigInt(`0x${signature.slice(66, 130)}`)
    const other = (order - s).toString(16).padStart(64, '0')
    const v = signature.endsWith('1b') ? '1c' : '1b'
    expect(recoverAddress(digest, `${signature.slice(0, 66)}${other}${v}`)).toBeNull()
  })

  it.each([
    ['is empty', ''],
    ['lacks its v', signature.slice(0, 130)],
    ['has v 0', `${signature.slice(0, 130)}00`],
    ['has v 29', `${signature.slice(0, 130)}1d`],
    ['goes on after its end', `${signature}zz`],
    ['has no 0x', signature.slice(2)],
    ['is not hexadecimal', `0x${'g'.repeat(130)}`],
    ['has r 0', `0x${'00'.repeat(32)}${signature.slice(66)}`],
    ['has s 0', `${signature.slice(0, 66)}${'00'.repeat(32)}1b`],
    ['has r at the order of the curve', `0x${order.toString(16)}${signature.slice(66)}`],
  ])('knows no signer when the signature %s', (_name, malformed) => {
    expect(recoverAddress(digest, malformed)).toBeNull()
  })
})

function flip(hex: Hex, bit: number): Hex {
  const bytes = Buffer.from(hex.slice(2), 'hex')
  bytes[bit >>> 3]! ^= 1 << (bit & 7)
  return `0x${bytes.toString('hex')}`
}
