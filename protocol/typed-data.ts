import { keccakInto } from '#keccak256'
import { type WriteWord, wordBytes, wordWriter, writeBytes } from './abi-word.ts'
import { type Hex, keccak256 } from './hash.ts'

/** The four fields of an EIP-712 domain that Entente uses. */
export interface SigningDomain {
  readonly name: string
  readonly version: string
  readonly chainId: number
  readonly verifyingContract: Hex
}

export interface Field {
  readonly name: string
  readonly type: string
}

/** Struct name → its fields, in the order in which they are signed. */
export type StructTypes = Readonly<Record<string, readonly Field[]>>

/** The fields of a struct from the list of them as Solidity writes it: `address requester, uint256 budget`. */
export function fields(list: string): Field[] {
  return list.split(',').map(item => {
    const [type, name] = item.trim().split(' ')
    return { type: type!, name: name! }
  })
}

/** A text of which only the hash is known, which is all of it that is signed. */
export interface HashedText {
  readonly keccak256: Hex
}

/**
 * Compiles EIP-712 struct types to a digest function. General libraries walk the type at each call; compiled once, a
 * digest costs three hashes, which is what lets one core check thousands of receipts a second.
 * Supports uintN, bytes32, bytesN, address, bool, string, structs, and arrays of these (https://eips.ethereum.org/EIPS/eip-712).
 */
export function compileTypedData(primary: string, types: StructTypes): (domain: SigningDomain, value: object) => Hex {
  const writeStruct = compileStruct(primary, types)
  const signed = Buffer.alloc(eip191.length + 2 * wordBytes)
  signed.set(eip191)
  let last: SigningDomain | undefined
  return (domain, value) => {
    if (last !== domain) {
      writeDomain(domain as never, signed, eip191.length)
      last = domain
    }
    writeStruct(value as never, signed, eip191.length + wordBytes)
    return keccak256(signed)
  }
}

const eip191 = Buffer.from([0x19, 0x01])

const writeDomain = compileStruct('EIP712Domain', {
  EIP712Domain: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
})

/** Writes the struct's hash. What it is of is laid out in the same place each time, which no struct needs twice at once. */
function compileStruct(name: string, types: StructTypes): WriteWord {
  const writers = fieldsOf(name, types).map(field => ({ name: field.name, write: compileField(field.type, types) }))
  const words = Buffer.alloc(wordBytes * (1 + writers.length))
  keccakInto(Buffer.from(describeType(name, types)), words, 0)
  return (value: Record<string, never>, target, place) => {
    let at = 0
    for (const { name: field, write } of writers) {
      at += wordBytes
      write(present(value, field, name), words, at)
    }
    keccakInto(words, target, place)
  }
}

function compileField(type: string, types: StructTypes): WriteWord {
  if (type.endsWith('[]')) return compileList(compileField(type.slice(0, -2), types))
  if (types[type]) return compileStruct(type, types)
  if (type === 'string') return writeText
  const write = wordWriter(type)
  if (write) return write
  throw new TypeError(`EIP-712 type ${type} is not supported`)
}

function compileList(write: WriteWord): WriteWord {
  return (values: never[], target, at) => {
    const words = Buffer.alloc(wordBytes * values.length)
    for (const [place, value] of values.entries()) write(value, words, wordBytes * place)
    keccakInto(words, target, at)
  }
}

function writeText(text: string | HashedText, target: Buffer, at: number): void {
  if (typeof text === 'string') keccakInto(Buffer.from(text), target, at)
  else writeBytes(text.keccak256, wordBytes, target, at)
}

/** `Settlement(…)Payment(…)Penalty(…)`: the struct, then those that it refers to, in alphabetical order. */
function describeType(name: string, types: StructTypes): string {
  const referred = new Set<string>()
  const visit = (struct: string) => {
    for (const field of fieldsOf(struct, types)) {
      const base = field.type.replace('[]', '')
      if (types[base] && base !== name && !referred.has(base)) {
        referred.add(base)
        visit(base)
      }
    }
  }
  visit(name)
  return [name, ...[...referred].sort()]
    .map(
      struct =>
        `${struct}(${fieldsOf(struct, types)
          .map(field => `${field.type} ${field.name}`)
          .join(',')})`,
    )
    .join('')
}

function fieldsOf(name: string, types: StructTypes): readonly Field[] {
  const fields = types[name]
  if (!fields) throw new TypeError(`EIP-712 struct ${name} is not defined`)
  return fields
}

function present(value: Record<string, never>, field: string, struct: string): never {
  if (value[field] === undefined) throw new TypeError(`${struct}.${field} is missing`)
  return value[field]
}
