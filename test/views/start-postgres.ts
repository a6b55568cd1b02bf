import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { freePort } from '../../stack/embedded/free-port.ts'
import { startServerProcess } from '../../stack/embedded/server-process.ts'
import { findPostgres, type PostgresPrograms } from './find-postgres.ts'
import { isRoot, nobody, unprivileged } from './unprivileged.ts'

export type Postgres = {
  /** Makes a new, empty database, and gives its URL. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

/** Nothing outlives a test, so nothing needs to reach the disk. */
export const forgetful = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

/**
 * Starts a PostgreSQL server of our own, in an empty folder, on a free loopback port.
 *
 * @param settings `name=value`, instead of PostgreSQL's own
 */
export async function startPostgres(dir: string, settings: readonly string[]): Promise<Postgres> {
  giveAway(dir)
  const programs = await findPostgres(dir)
  const password = randomBytes(18).toString('base64url')
  makeCluster(programs, dir, password)
  const port = await freePort()
  const [command, ...args] = unprivileged([
    join(programs.binDir, 'postgres'),
    ...['-D', join(dir, 'data'), '-h', '127.0.0.1', '-p', String(port), '-k', ''],
    ...settings.flatMap(setting => ['-c', setting]),
  ])
  const env = { ...process.env, ...programs.env }
  const server = startServerProcess({ name: 'postgres', command, args, dir, env, insteadOf: 'DATABASE_URL' })
  const urlOf = (database: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`
  await server.until('first connection', () => run(urlOf('postgres'), 'select 1').catch(() => undefined))
  let made = 0
  return {
    async createDatabase() {
      const name = `views_${++made}`
      await run(urlOf('postgres'), `create database ${name}`)
      return urlOf(name)
    },
    stop: server.stop,
  }
}

function makeCluster({ binDir, env }: PostgresPrograms, dir: string, password: string): void {
  const passwordFile = join(dir, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (isRoot) chownSync(passwordFile, nobody, nobody)
  const options = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8']
  const [command, ...args] = unprivileged([
    join(binDir, 'initdb'),
    ...['-D', join(dir, 'data'), '--no-locale', '--no-sync', ...options],
  ])
  execFileSync(command, args, { cwd: dir, env: { ...process.env, ...env }, stdio: 'pipe' })
}

/** Gives the folder to the user who will run the server. */
function giveAway(dir: string): void {
  if (!isRoot) return
  chownSync(dir, nobody, nobody)
  // The run's folder lets no one in but its owner; its subfolders keep their own doors shut.
  chmodSync(dirname(dir), 0o711)
}

async function run(connectionString: string, statement: string): Promise<true> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
  return true
}
