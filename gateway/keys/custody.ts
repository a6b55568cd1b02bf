import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { addressOf } from '../../protocol/sign.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openKeystore, sealKeystore } from './keystore.ts'
import { readPrivateJson, writePrivateFile } from './private-file.ts'
import { joinShares, Share, splitKey } from './shares.ts'

/** Writes a private key as the key file that `ENTENTE_KEY` and `ENTENTE_KEYS` take. */
function writeKeyFile(path: string, privateKey: Hex): Address {
  const address = addressOf(privateKey)
  writePrivateFile('the key', path, `${JSON.stringify({ address, privateKey })}\n`)
  return address
}

/**
 * A key file into share files, `share-1.json` and on, each of mode 0600, in a folder of their own.
 *
 * @returns their paths
 * @throws EntenteError FILE_UNREADABLE, FILE_UNWRITABLE, KEY_INVALID, COMMAND_INVALID
 */
export async function splitKeyFile(path: string, folder: string, counts: { need: number; of: number }) {
  const shares = await splitKey(readKeyFile(path).privateKey, counts)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return shares.map(share => {
    const file = join(folder, `share-${share.index}.json`)
    writePrivateFile('a share', file, `${JSON.stringify(share, null, 2)}\n`)
    return file
  })
}

/** @throws EntenteError FILE_UNREADABLE, FILE_UNWRITABLE, SHARES_INVALID */
export async function joinShareFiles(paths: readonly string[], out: string): Promise<Address> {
  return writeKeyFile(out, await joinShares(paths.map(readShare)))
}

function readShare(path: string): Share {
  const share = Share.safeParse(readPrivateJson('the share', path))
  if (share.success) return share.data
  throw new EntenteError('SHARES_INVALID', `${path} is not a share of a key`)
}

/** A key file as a keystore (version 3), under the password in a file. */
export async function exportKeystore(path: string, passwordFile: string, out: string): Promise<Address> {
  const { address, privateKey } = readKeyFile(path)
  writePrivateFile('the keystore', out, `${await sealKeystore(privateKey, passwordFile)}\n`)
  return address
}

/** A keystore as a key file. */
export async function importKeystore(path: string, passwordFile: string, out: string): Promise<Address> {
  return writeKeyFile(out, await openKeystore(path, passwordFile))
}
