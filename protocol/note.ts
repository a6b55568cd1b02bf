import { digestOf } from '#sha256'

/** One signature under a note: who is said to have signed, by which key, and what that key gave. */
export interface NoteSignature {
  readonly name: string
  /** Four bytes. */
  readonly keyId: Uint8Array
  readonly signature: Uint8Array
}

/** A text that ends in a newline, and signatures of it (https://c2sp.org/signed-note). */
export interface Note {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** Which algorithm a key is of, as key ids and verifier keys begin. */
export const keyTypes = { ed25519: [0x01], cosignature: [0x04] } as const

/** The line of one signature, with its newline. */
export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(signatureLine).join('')}`
}

/** Null for what is no signed note. A note that is parsed and formatted again is the same text. */
export function parseNote(note: string): Note | null {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n') || hasControl(note)) return null
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseLine)
  return signatures.every(each => each !== null) ? { text: note.slice(0, end + 1), signatures } : null
}

const line = /^— (?<name>[^\s+]+) (?<bytes>[A-Za-z0-9+/]+={0,2})$/u

function parseLine(text: string): NoteSignature | null {
  const { name, bytes } = line.exec(text)?.groups ?? {}
  if (name === undefined || bytes === undefined) return null
  const decoded = Buffer.from(bytes, 'base64')
  // Base64 of one value can be written in more ways than one; a signed note has one of them.
  if (decoded.length < 5 || decoded.toString('base64') !== bytes) return null
  return { name, keyId: decoded.subarray(0, 4), signature: decoded.subarray(4) }
}

function hasControl(text: string): boolean {
  return [...text].some(character => character < ' ' && character !== '\n')
}

/** @param type the bytes that name the algorithm, see `keyTypes` */
export function keyIdOf(name: string, type: readonly number[], publicKey: Uint8Array): Uint8Array {
  return digestOf(`${name}\n`, Uint8Array.from(type), publicKey).subarray(0, 4)
}

/** A key as others are told of it: name, key id and key (signed-note, "verifier keys"). */
export function verifierKey(name: string, type: readonly number[], publicKey: Uint8Array): string {
  const keyId = Buffer.from(keyIdOf(name, type, publicKey)).toString('hex')
  return `${name}+${keyId}+${Buffer.concat([Uint8Array.from(type), publicKey]).toString('base64')}`
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
