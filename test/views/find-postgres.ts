import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { unpackDebianServers } from '../../boot/unpack-debian-servers.mjs'

const toolsDir = resolve(import.meta.dirname, '../../.entente/tools')
const unpackedRoot = join(toolsDir, 'root')

export type PostgresPrograms = { binDir: string; env: NodeJS.ProcessEnv }

/**
 * Finds PostgreSQL's programs: the system's, else Debian's packages unpacked beside the servers that the set-up
 * unpacked, where nothing of the system is touched.
 *
 * @throws Error that says what to install, when neither is to be had
 */
export async function findPostgres(): Promise<PostgresPrograms> {
  const found = installed() ?? unpacked()
  if (found) return found
  const trouble = await unpackDebianServers(['postgresql'], toolsDir)
  const fetched = unpacked()
  if (fetched) return fetched
  throw new Error(
    `the read model's tests need PostgreSQL: apt-get install postgresql (${trouble ?? 'not in its package'})`,
  )
}

function installed(): PostgresPrograms | undefined {
  const dirs = [...(process.env.PATH ?? '').split(':'), ...versionsUnder('/usr/lib/postgresql')]
  const binDir = dirs.find(dir => existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres')))
  return binDir === undefined ? undefined : { binDir, env: {} }
}

function unpacked(): PostgresPrograms | undefined {
  const binDir = versionsUnder(join(unpackedRoot, 'usr/lib/postgresql'))[0]
  return binDir === undefined ? undefined : { binDir, env: { LD_LIBRARY_PATH: libraryDirs().join(':') } }
}

function versionsUnder(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map(version => join(dir, version, 'bin')) : []
}

function libraryDirs(): string[] {
  return ['usr/lib', 'lib'].flatMap(base => {
    const dir = join(unpackedRoot, base)
    if (!existsSync(dir)) return []
    return [
      dir,
      ...readdirSync(dir)
        .filter(name => name.endsWith('-linux-gnu'))
        .map(name => join(dir, name)),
    ]
  })
}
