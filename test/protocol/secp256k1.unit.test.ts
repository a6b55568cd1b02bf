import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hexKeccakOf as hashedInBrowsers, keccakInto as writtenInBrowsers } from '../../protocol/keccak256.browser.ts'
import { hexKeccakOf, keccakInto } from '../../protocol/keccak256.ts'
import { type Curve, curve as inBrowsers } from '../../protocol/secp256k1.browser.ts'
import { curve } from '../../protocol/secp256k1.ts'

const order = Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex')
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
/** Any numbers, and those at which a check is made. */
const word = fc.oneof(bytesOf(32), fc.constantFrom(Buffer.alloc(32), order, Buffer.alloc(32, 0xff)))
/** No hash is known beyond the order, where the two draw their nonces differently. */
const digest = bytesOf(32).filter(bytes => order.compare(bytes) > 0)
const parity = fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>

describe('the curve, native and in WebAssembly', () => {
  it('is native where the package has a binary', () => {
    const folder = dirname(createRequire(import.meta.url).resolve('secp256k1/package.json'))
    const isNative = existsSync(join(folder, 'prebuilds', `${process.platform}-${process.arch}`))
    expect(curve === inBrowsers).toBe(!isNative)
  })

  it('has the same public keys, and none for the same bytes', () => {
    fc.assert(
      fc.property(word, key => {
        expect(result(() => curve.pointOf(key))).toEqual(result(() => inBrowsers.pointOf(key)))
      }),
    )
  })

  it('signs alike', () => {
    fc.assert(
      fc.property(digest, word, (digest, key) => {
        const [native, wasm] = [curve, inBrowsers].map(each => result(() => flat(each.sign(digest, key))))
        expect(native).toEqual(wasm)
      }),
    )
  })

  it('recovers alike, and nothing from the same bytes', () => {
    fc.assert(
      fc.property(word, word, word, parity, (digest, r, s, of) => {
        const signature = Buffer.concat([r, s])
        const [native, wasm] = [curve, inBrowsers].map(each => result(() => each.recover(digest, signature, of)))
        expect(native).toEqual(wasm)
      }),
    )
  })
})

describe('Keccak-256, in Node and in browsers', () => {
  it('is the same of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), bytes => {
        expect(hexKeccakOf(bytes)).toBe(hashedInBrowsers(bytes))
        for (const write of [keccakInto, writtenInBrowsers]) {
          const target = Buffer.alloc(40)
          write(bytes, target, 4)
          expect(target.toString('hex')).toBe(`00000000${hexKeccakOf(bytes)}00000000`)
        }
      }),
    )
  })

  it('is that of nothing', () => {
    expect(hexKeccakOf(new Uint8Array())).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
  })
})

function flat({ signature, parity }: ReturnType<Curve['sign']>): Uint8Array {
  return Buffer.concat([signature, Buffer.of(parity)])
}

/** The bytes as hexadecimal digits; null for an error, which says that there are none. */
function result(make: () => Uint8Array | null): string | null {
  try {
    const bytes = make()
    return bytes && Buffer.from(bytes).toString('hex')
  } catch {
    return null
  }
}
