import { TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DocumentName, digestDocument, documentTypes, signingDomain } from '../../protocol/documents.ts'
import { compileTypedData, type Field } from '../../protocol/typed-data.ts'
import { anyAddress, anyBytes } from './arbitrary.ts'

/** Every document, so that one added later cannot be forgotten here. */
const documents: Record<DocumentName, true> = {
  TaskOrder: true,
  Attestation: true,
  Commit: true,
  Receipt: true,
  Failure: true,
  Refusal: true,
  Approval: true,
  Cancellation: true,
  Pause: true,
  Resumption: true,
  Signal: true,
  QuestionAnswer: true,
  SealingKey: true,
  KeyRelease: true,
  KeyRefusal: true,
  PolicySet: true,
  CredentialRequest: true,
  Settlement: true,
  Checkpoint: true,
  Capacity: true,
  ForeignBlock: true,
  Witness: true,
}
const names = Object.keys(documents) as DocumentName[]
const domain = signingDomain(31337, '0x5fbdb2315678afecb367f032d93f642f64180aa3')

describe('EIP-712', () => {
  it('gives the digest of the example in the standard', () => {
    const person = [
      { name: 'name', type: 'string' },
      { name: 'wallet', type: 'address' },
    ]
    const mail = [
      { name: 'from', type: 'Person' },
      { name: 'to', type: 'Person' },
      { name: 'contents', type: 'string' },
    ]
    const digest = compileTypedData('Mail', { Person: person, Mail: mail })(
      { name: 'Ether Mail', version: '1', chainId: 1, verifyingContract: '0xcccccccccccccccccccccccccccccccccccccccc' },
      {
        from: { name: 'Cow', wallet: '0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826' },
        to: { name: 'Bob', wallet: '0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' },
        contents: 'Hello, Bob!',
      },
    )
    expect(digest).toBe('0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2')
  })

  it.each(names)('digests any %s as ethers does', name => {
    const types = documentTypes(name)
    fc.assert(
      fc.property(anyStruct(name, types), fc.nat(), anyAddress, (document, chainId, contract) => {
        const where = signingDomain(chainId, contract)
        expect(digestDocument(where, name, document)).toBe(TypedDataEncoder.hash({ ...where }, types, document))
      }),
      { numRuns: 50 },
    )
  })

  it.each(names)('gives another digest of a %s for each field that differs', name => {
    const types = documentTypes(name)
    fc.assert(
      fc.property(anyStruct(name, types), anyStruct(name, types), (one, other) => {
        for (const field of types[name]!) {
          const changed = { ...one, [field.name]: other[field.name] }
          const same = TypedDataEncoder.hash({ ...domain }, types, one)
          const differs = TypedDataEncoder.hash({ ...domain }, types, changed) !== same
          expect(digestDocument(domain, name, changed) !== same).toBe(differs)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('gives a number one digest, be it a number, a bigint or decimal text', () => {
    const sizes = fc.constantFrom(8, 16, 32, 40, 48, 56, 64, 256)
    const near = fc.tuple(fc.integer({ min: 0, max: 53 }), fc.integer({ min: -1, max: 1 }))
    const numbers = near.map(([power, more]) => Math.max(0, Math.min(2 ** power + more, Number.MAX_SAFE_INTEGER)))
    fc.assert(
      fc.property(sizes, numbers, (size, number) => {
        const fields = [{ name: 'field', type: `uint${size}` }]
        const digest = compileTypedData('Note', { Note: fields })
        const forms = [number, BigInt(number), `${number}`]
        if (number >= 2 ** size) {
          for (const field of forms) expect(() => digest(domain, { field })).toThrow('fit')
          return
        }
        const theirs = TypedDataEncoder.hash({ ...domain }, { Note: fields }, { field: number })
        expect(forms.map(field => digest(domain, { field }))).toEqual([theirs, theirs, theirs])
      }),
    )
  })

  it.each([
    ['half a number', 'uint64', 1.5],
    ['a number wider than its type', 'uint8', 256],
    ['a negative number', 'uint64', -1],
    ['an address of 21 bytes', 'address', `0x${'11'.repeat(21)}`],
    ['too few bytes', 'bytes32', '0x11'],
    ['too many bytes', 'bytes32', `0x${'11'.repeat(33)}`],
    ['what is no hexadecimal', 'bytes4', '0x1234567g'],
    ['a value that is not there', 'string', undefined],
  ])('refuses %s', (_name, type, value) => {
    const digest = compileTypedData('Note', { Note: [{ name: 'field', type }] })
    expect(() => digest(domain, { field: value })).toThrow()
  })

  it('refuses types that it does not know', () => {
    expect(() => compileTypedData('Note', { Note: [{ name: 'field', type: 'int256' }] })).toThrow('not supported')
    expect(() => compileTypedData('Letter', {})).toThrow('not defined')
  })
})

function anyStruct(name: string, types: Record<string, readonly Field[]>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(types[name]!.map(field => [field.name, anyValue(field.type, types)])))
}

function anyValue(type: string, types: Record<string, readonly Field[]>): fc.Arbitrary<unknown> {
  if (type.endsWith('[]')) return fc.array(anyValue(type.slice(0, -2), types), { maxLength: 4 })
  if (types[type]) return anyStruct(type, types)
  if (type === 'string') return fc.string({ unit: 'grapheme' })
  if (type === 'bool') return fc.boolean()
  if (type === 'address') return anyAddress
  if (type.startsWith('bytes')) return anyBytes(Number(type.slice(5)))
  // As documents carry them: decimal text.
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(type.slice(4)) - 1n }).map(String)
}
