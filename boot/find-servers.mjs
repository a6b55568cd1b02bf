import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SetupError, say, secondsSince } from './say.mjs'
import { unpackDebianServers } from './unpack-debian-servers.mjs'

const SERVERS = [
  { name: 'nats-server', formula: 'nats-server', insteadOf: 'NATS_URL' },
  { name: 'redis-server', formula: 'redis', insteadOf: 'REDIS_URL' },
]

/**
 * Finds the servers that the embedded stack starts, and brings those that are missing into `toolsDir`, where nothing of
 * the system is touched and no service is started.
 *
 * @param {{ toolsDir: string, env: NodeJS.ProcessEnv }} place `toolsDir` is ours, under the project's data folder
 * @returns {Promise<string>} the PATH on which all servers needed are found
 */
export async function findServers({ toolsDir, env }) {
  const path = [env.PATH ?? '', '/usr/local/sbin', '/usr/sbin', join(toolsDir, 'bin')].join(delimiter)
  const missing = () => SERVERS.filter(server => !env[server.insteadOf] && !isOnPath(server.name, path))
  const wanted = missing().map(server => server.name)
  if (wanted.length === 0) return path

  say(`Fetching ${wanted.join(' and ')} (first run; into ${toolsDir}, the system is left as it is)...`)
  const startedMs = performance.now()
  const trouble = await unpackDebianServers(wanted, toolsDir)
  if (trouble !== undefined || missing().length > 0) throw new SetupError(explainMissing(missing(), trouble))
  say(`Servers ready in ${secondsSince(startedMs)}.`)
  return path
}

function isOnPath(name, path) {
  return path.split(delimiter).some(dir => dir !== '' && isExecutable(join(dir, name)))
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

function explainMissing(missing, trouble) {
  const list = (field, separator) => missing.map(server => server[field]).join(separator)
  return [
    `${list('name', ' and ')} could not be found${trouble === undefined ? '.' : `, nor fetched: ${trouble}`}`,
    'What to do, any one of:',
    `  Debian or Ubuntu: apt-get install ${list('name', ' ')}`,
    `  macOS: brew install ${list('formula', ' ')}`,
    `  servers that run elsewhere: set ${list('insteadOf', ' and ')}`,
  ].join('\n')
}
