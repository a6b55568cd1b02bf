import { curve } from '#secp256k1'
import { EntenteError } from './errors.ts'
import { fromHex, type Hex, keccak256, toHex } from './hash.ts'
import type { Address } from './ids.ts'

/** The half order of the curve: a higher `s` is the same signature written another way, and refused (EIP-2). */
const halfOrder = fromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0')

/** Signs a 32-byte digest: r ‖ s ‖ v, deterministic (RFC 6979), low s, v 27 or 28. */
export function signDigest(digest: Hex, privateKey: Hex): Hex {
  const { signature, parity } = curve.sign(fromHex(digest), fromHex(privateKey))
  return `${toHex(signature)}${parity === 0 ? '1b' : '1c'}`
}

/** The address whose key made this signature; null when it is malformed. */
export function recoverAddress(digest: Hex, signature: string): Address | null {
  const bytes = fromHex(signature)
  const v = bytes[64]
  // The text's length too: hexadecimal parsing stops silently at the first character that is none.
  if (signature.length !== 132 || bytes.length !== 65 || (v !== 27 && v !== 28)) return null
  if (bytes.compare(halfOrder, 0, 32, 32, 64) > 0) return null
  try {
    const publicKey = curve.recover(fromHex(digest), bytes.subarray(0, 64), v === 28 ? 1 : 0)
    return publicKey && addressOfPoint(publicKey)
  } catch {
    return null
  }
}

/** @throws EntenteError KEY_INVALID */
export function addressOf(privateKey: Hex): Address {
  const key = fromHex(privateKey)
  const publicKey = key.length === 32 ? curve.pointOf(key) : null
  if (!publicKey) throw new EntenteError('KEY_INVALID', 'this is not a secp256k1 private key')
  return addressOfPoint(publicKey)
}

/** Most signatures are of few keys. */
const addresses = new Map<string, Address>()
const mostAddresses = 4_096

function addressOfPoint(uncompressed: Uint8Array): Address {
  const point = toHex(uncompressed)
  const known = addresses.get(point)
  if (known) return known
  const address: Address = `0x${keccak256(uncompressed.subarray(1)).slice(-40)}`
  if (addresses.size === mostAddresses) addresses.clear()
  addresses.set(point, address)
  return address
}
