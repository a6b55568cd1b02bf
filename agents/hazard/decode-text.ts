import { EntenteError } from '../../protocol/errors.ts'

/** Byte-order marks, then what `<?` looks like without one (XML 1.0, appendix F). Longest first. */
const signs: readonly (readonly [bytes: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0x3c, 0x00, 0x3f, 0x00], 'utf-16le'],
  [[0x00, 0x3c, 0x00, 0x3f], 'utf-16be'],
]

/**
 * Bytes as text, by byte-order mark, else by the encoding that an XML declaration names, else UTF-8. Encodings are
 * those of the WHATWG Encoding Standard, in which ISO-8859-1 means windows-1252.
 * @throws ALERT_INVALID when the encoding is unknown or the bytes are not in it
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = signs.find(([sign]) => sign.every((byte, i) => bytes[i] === byte))?.[1] ?? declaredEncoding(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    const why = cause instanceof RangeError ? 'is not an encoding that is known here' : 'does not fit its bytes'
    throw new EntenteError('ALERT_INVALID', `the text says that it is ${encoding}, which ${why}`, { cause })
  }
}

function declaredEncoding(bytes: Uint8Array): string {
  // A declaration is ASCII in every encoding that has no mark; it must come first and is short.
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8'
}
