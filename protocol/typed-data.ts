import { encodeBytes, wordEncoder } from './abi-word.ts'
import { fromHex, type Hex, keccak256 } from './hash.ts'

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

type Encode = (value: never) => Buffer

/**
 * Compiles EIP-712 struct types to a digest function. General libraries walk the type at each call; compiled once, a
 * digest costs three hashes, which is what lets one core check thousands of receipts a second.
 * Supports uintN, bytes32, bytesN, address, bool, string, structs, and arrays of these (https://eips.ethereum.org/EIPS/eip-712).
 */
export function compileTypedData(primary: string, types: StructTypes): (domain: SigningDomain, value: object) => Hex {
  const hashStruct = compileStruct(primary, types)
  let last: { domain: SigningDomain; separator: Buffer } | undefined
  return (domain, value) => {
    if (last?.domain !== domain) last = { domain, separator: hashDomain(domain as never) }
    return keccak256(Buffer.concat([eip191, last.separator, hashStruct(value as never)]))
  }
}

const eip191 = Buffer.from([0x19, 0x01])

const hashDomain = compileStruct('EIP712Domain', {
  EIP712Domain: [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
})

function compileStruct(name: string, types: StructTypes): Encode {
  const fields = fieldsOf(name, types)
  const typeHash = fromHex(keccak256(Buffer.from(describeType(name, types))))
  const encoders = fields.map(field => ({ name: field.name, encode: compileField(field.type, types) }))
  return (value: Record<string, never>) =>
    fromHex(
      keccak256(Buffer.concat([typeHash, ...encoders.map(field => field.encode(present(value, field.name, name)))])),
    )
}

function compileField(type: string, types: StructTypes): Encode {
  if (type.endsWith('[]')) {
    const element = compileField(type.slice(0, -2), types)
    return (values: never[]) => fromHex(keccak256(Buffer.concat(values.map(element))))
  }
  if (types[type]) return compileStruct(type, types)
  if (type === 'string') return hashText
  const encode = wordEncoder(type)
  if (encode) return encode
  throw new TypeError(`EIP-712 type ${type} is not supported`)
}

function hashText(text: string | HashedText): Buffer {
  return typeof text === 'string' ? fromHex(keccak256(Buffer.from(text))) : encodeBytes(text.keccak256, 32)
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
