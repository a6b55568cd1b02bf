import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { unpackDebianServers } from '../../boot/unpack-debian-servers.mjs'
import { unprivileged } from './unprivileged.ts'

const unpackedDir = resolve(import.meta.dirname, '../../.entente/tools/postgres')

export type PostgresPrograms = { binDir: string; env: NodeJS.ProcessEnv }

/**
 * Finds PostgreSQL's programs: the system's, else Debian's packages, fetched and unpacked into the project's own folder
 * the first time, where nothing of the system is touched.
 *
 * @param dir may get a copy of them, when those in the project's folder cannot be reached by the user who runs them
 * @throws Error that says what to install, when they are not to be had
 */
export async function findPostgres(dir: string): Promise<PostgresPrograms> {
  const system = installed()
  if (system !== undefined) return { binDir: system, env: {} }
  const trouble = existsSync(unpackedDir) ? undefined : await fetchPackages()
  const fetched = unpackedIn(unpackedDir)
  if (fetched === undefined) {
    throw new Error(`the read model's tests need PostgreSQL: apt-get install postgresql (${trouble ?? 'not unpacked'})`)
  }
  if (canRun(fetched)) return fetched
  // A checkout under a home that is closed to others, and we are root, which PostgreSQL refuses to run as.
  cpSync(unpackedDir, join(dir, 'programs'), { recursive: true, verbatimSymlinks: true })
  return unpackedIn(join(dir, 'programs'))!
}

/** Whether it is on this machine already, the system's or our own; nothing is fetched. */
export function isPostgresThere(): boolean {
  return installed() !== undefined || existsSync(unpackedDir)
}

function installed(): string | undefined {
  const dirs = [...(process.env.PATH ?? '').split(':'), ...versionsUnder('/usr/lib/postgresql')]
  return dirs.find(dir => existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres')))
}

async function fetchPackages(): Promise<string | undefined> {
  // Renamed into place when it is whole: test files fetch at the same time, and the first to be done wins.
  const part = `${unpackedDir}.${process.pid}.part`
  const trouble = await unpackDebianServers(['postgresql'], part)
  if (trouble === undefined && !existsSync(unpackedDir)) renameSync(part, unpackedDir)
  rmSync(part, { recursive: true, force: true })
  return trouble
}

function unpackedIn(dir: string): PostgresPrograms | undefined {
  const root = join(dir, 'root')
  const binDir = versionsUnder(join(root, 'usr/lib/postgresql'))[0]
  return binDir === undefined ? undefined : { binDir, env: { LD_LIBRARY_PATH: libraryDirs(root).join(':') } }
}

function versionsUnder(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map(version => join(dir, version, 'bin')) : []
}

function libraryDirs(root: string): string[] {
  const bases = [join(root, 'usr/lib'), join(root, 'lib')].filter(dir => existsSync(dir))
  return bases.flatMap(base => [
    base,
    ...readdirSync(base).flatMap(name => (/-linux-/.test(name) ? join(base, name) : [])),
  ])
}

function canRun({ binDir }: PostgresPrograms): boolean {
  const [command, ...args] = unprivileged(['test', '-x', join(binDir, 'postgres')])
  return spawnSync(command, args).status === 0
}
