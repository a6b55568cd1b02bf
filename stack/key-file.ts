import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { Address, Bytes32 } from '../protocol/ids.ts'
import { addressOf } from '../protocol/sign.ts'

const OTHERS = 0o077

const KeyFile = z.object({ address: Address, privateKey: Bytes32 })
/** A party's secp256k1 key as it lies in a file of mode 0600. Secret. */
export type KeyFile = z.infer<typeof KeyFile>

/**
 * Makes a new key and keeps it at `path`, which must not exist yet: a key is never overwritten.
 *
 * @throws EntenteError FILE_UNWRITABLE
 */
export function makeKeyFile(path: string): KeyFile {
  const key = newKey()
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new EntenteError('FILE_UNWRITABLE', `no key can be written to ${path}: ${(cause as Error).message}`)
  }
  return key
}

/**
 * @throws EntenteError FILE_UNREADABLE; KEY_INVALID when others may read the file, or it holds no key, or a key and an
 * address that do not belong together
 */
export function readKeyFile(path: string): KeyFile {
  const { text, mode } = read(path)
  if ((mode & OTHERS) !== 0) throw new EntenteError('KEY_INVALID', `others may open ${path}; run: chmod 600 ${path}`)
  const key = KeyFile.safeParse(parse(text))
  if (!key.success) throw new EntenteError('KEY_INVALID', `${path} holds no key`)
  const address = addressOf(key.data.privateKey)
  if (address !== key.data.address) throw new EntenteError('KEY_INVALID', `the key in ${path} is that of ${address}`)
  return key.data
}

/** The key at `path`: the one that is there, or a new one. */
export function keepKeyFile(path: string): KeyFile & { readonly path: string } {
  return { ...(existsSync(path) ? readKeyFile(path) : makeKeyFile(path)), path }
}

function newKey(): KeyFile {
  const privateKey: Hex = `0x${randomBytes(32).toString('hex')}`
  return { address: addressOf(privateKey), privateKey }
}

function read(path: string): { text: string; mode: number } {
  try {
    return { text: readFileSync(path, 'utf8'), mode: statSync(path).mode }
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `the key file ${path} cannot be read`, { cause })
  }
}

/** Without the text in any error: it may be a key. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
