import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import { Address } from '../../protocol/ids.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { openKeystore } from './keystore.ts'
import { localSigner } from './local.ts'
import { readPrivateJson } from './private-file.ts'
import type { Signer, Signers } from './signer.ts'
import { web3Signer } from './web3signer.ts'

/** Where a key lies that is not in the list itself; paths are relative to the list. */
const Place = z.union([
  z.strictObject({ file: z.string() }),
  z.strictObject({ keystore: z.string(), password: z.string() }),
  z.strictObject({ web3signer: z.url({ protocol: /^https?$/ }), address: Address }),
])
type Place = z.infer<typeof Place>

/** The password of a folder's keystores. */
const PASSWORD = 'password'

/**
 * The gateway's signers, by what `ENTENTE_KEYS` names. Either a file of mode 0600 with every key under a name, of which
 * `relayer` is one:
 *
 * ```json
 * {
 *   "relayer": { "web3signer": "https://signer:9000", "address": "0x…" },
 *   "last year's relayer": { "keystore": "old.json", "password": "old.password" },
 *   "governor": { "file": "governor.json" },
 *   "admin": "0x… (a 32-byte private key)"
 * }
 * ```
 *
 * or a folder of keystores, `relayer.json` and any others, with their password in the file `password`, mode 0600.
 *
 * @throws EntenteError FILE_UNREADABLE; KEY_INVALID naming the entry, never its value; SIGNER_UNREACHABLE, SIGNER_WRONG
 */
export async function openSigners(path: string): Promise<Signers> {
  const places = isFolder(path) ? listFolder(path) : readList(path)
  if (!('relayer' in places)) throw new EntenteError('KEY_INVALID', `${path} has no key named relayer`)
  const signers = new Map<string, Signer>()
  // One after the other: opening a keystore takes 128 MiB.
  for (const [name, place] of Object.entries(places)) signers.set(name, await openSigner(name, place, path))
  const byAddress = new Map([...signers.values()].map(signer => [signer.address, signer]))
  const byName = new Map([...signers].map(([name, { address }]) => [name, address]))
  return { relayer: signers.get('relayer')!.address, byAddress, byName }
}

async function openSigner(name: string, entry: unknown, list: string): Promise<Signer> {
  try {
    return await openEntry(name, entry, list)
  } catch (error) {
    if (!(error instanceof EntenteError)) throw error
    // Whoever puts a key where its name or a path belongs must not read it in a log.
    throw new EntenteError(error.code, error.message.replaceAll(/[0-9a-fA-F]{64}/g, '…'))
  }
}

async function openEntry(name: string, entry: unknown, list: string): Promise<Signer> {
  const where = `${name} in ${list}`
  if (typeof entry === 'string') return localSigner(entry, where)
  const place = Place.safeParse(entry)
  if (!place.success) {
    const forms = 'a private key, {file}, {keystore, password} or {web3signer, address}'
    throw new EntenteError('KEY_INVALID', `${where} is not ${forms}`)
  }
  return openPlace(place.data, where, isFolder(list) ? list : dirname(list))
}

async function openPlace(place: Place, where: string, folder: string): Promise<Signer> {
  if ('web3signer' in place) return web3Signer({ url: place.web3signer, address: place.address })
  if ('file' in place) return localSigner(readKeyFile(resolve(folder, place.file)).privateKey, where)
  return localSigner(await openKeystore(resolve(folder, place.keystore), resolve(folder, place.password)), where)
}

function readList(path: string): Record<string, unknown> {
  const list = readPrivateJson('the keys', path)
  if (typeof list === 'object' && list !== null && !Array.isArray(list)) return list as Record<string, unknown>
  throw new EntenteError('KEY_INVALID', `${path} does not name keys`)
}

function listFolder(folder: string): Record<string, Place> {
  const files = readdirSync(folder).filter(file => file.endsWith('.json'))
  return Object.fromEntries(
    files.map(file => [basename(file, '.json'), { keystore: join(folder, file), password: join(folder, PASSWORD) }]),
  )
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
