import { readFileSync } from 'node:fs'
import { decryptKeystoreJson, encryptKeystoreJson, isKeystoreJson } from 'ethers'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { addressOf } from '../../protocol/sign.ts'
import { readPrivateFile } from './private-file.ts'

/** What a password is stretched by when a keystore is written: geth's, about a second and 128 MiB. */
const SCRYPT = { N: 131_072, r: 8, p: 1 }

/**
 * The private key in a keystore, version 3 (Web3 Secret Storage). Secret.
 *
 * @param path of the keystore, whose key is encrypted: its mode is not looked at
 * @param passwordFile mode 0600; a line break at its end is not part of the password
 * @throws EntenteError FILE_UNREADABLE; KEY_INVALID when the password is wrong, without cause, for that has the input
 */
export async function openKeystore(path: string, passwordFile: string): Promise<Hex> {
  const json = readKeystore(path)
  const password = readPassword(passwordFile)
  try {
    return (await decryptKeystoreJson(json, password)).privateKey as Hex
  } catch (error) {
    const isPassword = error instanceof Error && error.message.startsWith('incorrect password')
    const why = isPassword ? `the password in ${passwordFile} does not open it` : 'it is damaged, or of another kind'
    throw new EntenteError('KEY_INVALID', `the keystore ${path}: ${why}`)
  }
}

/** A keystore of this key, as JSON. */
export function sealKeystore(privateKey: Hex, passwordFile: string, scrypt = SCRYPT): Promise<string> {
  const account = { address: addressOf(privateKey), privateKey }
  return encryptKeystoreJson(account, readPassword(passwordFile), { scrypt })
}

function readKeystore(path: string): string {
  let json: string
  try {
    json = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `the keystore ${path}: ${(cause as Error).message}`)
  }
  if (isKeystoreJson(json)) return json
  throw new EntenteError('KEY_INVALID', `${path} is no keystore of version 3`)
}

function readPassword(path: string): string {
  const password = readPrivateFile('the password', path).replace(/\r?\n$/, '')
  if (password === '') throw new EntenteError('FILE_UNREADABLE', `the password in ${path}: it is empty`)
  return password
}
