import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { EntenteError } from '../protocol/errors.ts'
import type { Config } from '../stack/config.ts'
import { type Role, roles } from './roles.ts'

const KEY_BYTES = 32

const ApiKey = z.object({
  /** Names the key in logs; says nothing of it. */
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** SHA-256 of the key. A key is 32 random bytes: guessing one is hopeless, so the hash needs no salt and no delay. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  createdAtMs: z.int(),
})
export type ApiKey = z.infer<typeof ApiKey>

/** Where the hashes of API keys are kept, for `createApiKey`. */
export const apiKeysFile = ({ ENTENTE_DATA }: Pick<Config, 'ENTENTE_DATA'>) => join(ENTENTE_DATA, 'api-keys.json')

/**
 * Gives out a key: it is returned once, and only its hash is kept.
 *
 * @param file of hashes, mode 0600; made when it is not there
 * @param holder who gets it, for people
 */
export function createApiKey(file: string, role: Role, holder: string): string {
  const key = `ent_${role}_${randomBytes(KEY_BYTES).toString('base64url')}`
  const id = randomBytes(6).toString('hex')
  write(file, [...read(file), { id, name: holder, role, hash: hashOf(key), createdAtMs: Date.now() }])
  return key
}

/** Takes a key back: from the next request on it opens nothing. */
export function revokeApiKey(file: string, id: string): void {
  const keys = read(file)
  if (!keys.some(key => key.id === id)) throw new EntenteError('NOT_FOUND', `there is no API key ${id}`)
  write(
    file,
    keys.filter(key => key.id !== id),
  )
}

export type ApiKeys = {
  /** Whose key this is; undefined when it is nobody's. */
  find(key: string): ApiKey | undefined
}

/** Reads keys as they are in the file at the moment: one given out or taken back counts at once. */
export function openApiKeys(file: string): ApiKeys {
  let keys: ApiKey[] = []
  let version = ''
  return {
    find(key) {
      const found = versionOf(file)
      if (found !== version) keys = read(file)
      version = found
      const hash = Buffer.from(hashOf(key), 'hex')
      // All are compared, each in constant time, so that the time taken says nothing of any.
      return keys.filter(each => timingSafeEqual(Buffer.from(each.hash, 'hex'), hash))[0]
    },
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

function versionOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? 'none' : `${stat.ino}/${stat.mtimeNs}`
}

function read(file: string): ApiKey[] {
  if (versionOf(file) === 'none') return []
  const parsed = z.array(ApiKey).safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new EntenteError('CONFIG_INVALID', `${file} is not a file of API keys`)
  return parsed.data
}

function write(file: string, keys: ApiKey[]): void {
  mkdirSync(dirname(file), { recursive: true })
  // Renamed into place, so that a server reading at this moment sees all or nothing of it.
  const part = `${file}.${process.pid}.part`
  writeFileSync(part, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
  renameSync(part, file)
}
