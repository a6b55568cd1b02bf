import type { Checkpoint } from './evidence.ts'
import { fromHex, type Hex, toHex } from './hash.ts'
import { keyIdOf, type NoteSignature, sameBytes } from './note.ts'
import type { SigningDomain } from './typed-data.ts'

/** What a checkpoint says of a log (https://c2sp.org/tlog-checkpoint). */
export interface TreeHead {
  readonly origin: string
  readonly size: number
  readonly root: Hex
}

/** The name of a consortium's evidence log among all logs: its chain (CAIP-2), and the contract registry there. */
export function originOf({ chainId, verifyingContract }: SigningDomain): string {
  return `evidence.entente/eip155:${chainId}/${verifyingContract}`
}

/** The text of the note. */
export function checkpointText({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${fromHex(root).toString('base64')}\n`
}

/** Null for what is no checkpoint. Extension lines, which nobody could check, are none either. */
export function parseCheckpoint(text: string): TreeHead | null {
  const [origin = '', size = '', root = '', end, ...more] = text.split('\n')
  const bytes = Buffer.from(root, 'base64')
  const isNumber = /^(0|[1-9]\d{0,14})$/.test(size)
  if (origin === '' || !isNumber || bytes.length !== 32 || bytes.toString('base64') !== root) return null
  return end === '' && more.length === 0 ? { origin, size: Number(size), root: toHex(bytes) } : null
}

/**
 * The log keeper's signature under the note: the very one that the chain has, over EIP-712 `Checkpoint`. No type of
 * signature that is assigned says that, so it is of the type that is left for others, under a name of its own.
 */
const keeperType = [0xff, ...Buffer.from('entente/eip712-checkpoint/v1')]

export function keeperSignature(
  origin: string,
  { signer, signature }: Omit<Checkpoint, 'size' | 'root'>,
): NoteSignature {
  return { name: origin, keyId: keyIdOf(origin, keeperType, fromHex(signer)), signature: fromHex(signature) }
}

/** The keeper's signature in a note, by its address; null where it is not there. */
export function keeperSignatureIn(origin: string, signer: Hex, signatures: readonly NoteSignature[]): Hex | null {
  const keyId = keyIdOf(origin, keeperType, fromHex(signer))
  const found = signatures.find(each => each.name === origin && sameBytes(each.keyId, keyId))
  return found ? toHex(found.signature) : null
}
