import { AbiCoder, type BytesLike, getBytes, ParamType, type Result } from 'ethers'

/**
 * Decodes texts as their bytes, for `textOf` to read. Solidity lets anybody put any bytes into a `string`, and the library's own
 * decoder refuses all that stands beside one that is no UTF-8.
 */
export class TextCoder extends AbiCoder {
  override decode(types: readonly (string | ParamType)[], data: BytesLike, loose?: boolean): Result {
    return super.decode(types.map(bytesFor), data, loose)
  }
}

/** What is no UTF-8 in it becomes U+FFFD. */
export function textOf(bytes: BytesLike): string {
  return utf8.decode(getBytes(bytes))
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const known = new WeakMap<ParamType, ParamType>()

/** The same type with `bytes` where it has `string`: both are encoded alike. */
function bytesFor(type: string | ParamType): ParamType {
  const param = ParamType.from(type)
  const made = known.get(param) ?? ParamType.from(withBytes(JSON.parse(param.format('json'))))
  known.set(param, made)
  return made
}

interface ParamJson {
  readonly type: string
  readonly name: string
  readonly components?: readonly ParamJson[]
}

function withBytes({ type, name, components }: ParamJson): ParamJson {
  const bytes = { type: type.replace(/^string/, 'bytes'), name }
  return components ? { ...bytes, components: components.map(withBytes) } : bytes
}
