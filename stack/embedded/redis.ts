import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { EntenteError } from '../../protocol/errors.ts'
import { freePort } from './free-port.ts'
import { restartable } from './restartable.ts'
import { type EmbeddedServer, type OnServerDeath, type StartedServer, startServerProcess } from './server-process.ts'

const PORT_ATTEMPTS = 5

/**
 * Starts a redis-server of our own on a free loopback port, with a fresh password. It writes nothing to disk:
 * everything in it can be rebuilt.
 */
export async function startRedis(options: { dir: string; onDeath?: OnServerDeath }): Promise<EmbeddedServer> {
  mkdirSync(options.dir, { recursive: true })
  const password = randomBytes(18).toString('base64url')
  return restartable('redis', port =>
    port === undefined ? startAnywhere(password, options) : startOn(port, password, options),
  )
}

type Place = { dir: string; onDeath?: OnServerDeath }

async function startAnywhere(password: string, place: Place): Promise<StartedServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), password, place)
    } catch (error) {
      // Someone may have taken the port since it was found free; redis then ends at once and says so in its log.
      const portTaken = error instanceof EntenteError && /address already in use/i.test(error.message)
      if (!portTaken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

async function startOn(port: number, password: string, { dir, onDeath }: Place): Promise<StartedServer> {
  const configFile = join(dir, 'redis.conf')
  writeFileSync(configFile, serverConfig(port, password), { mode: 0o600 })
  const server = startServerProcess({
    name: 'redis',
    command: 'redis-server',
    args: [configFile],
    dir,
    insteadOf: 'REDIS_URL',
    onDeath,
  })
  await server.until('start', () => ping(port, password))
  return { url: `redis://:${password}@127.0.0.1:${port}`, pid: server.pid, stop: server.stop }
}

// Eviction takes cache entries (which expire) before locks and counters that do not.
function serverConfig(port: number, password: string): string {
  return `
bind 127.0.0.1
port ${port}
requirepass ${password}
daemonize no
save ""
appendonly no
maxmemory 256mb
maxmemory-policy volatile-lru
`
}

/** True once the server answers to its password: so it is this server, not another that has the port. */
function ping(port: number, password: string): Promise<true | undefined> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\n`))
    const answer = (value: true | undefined) => {
      socket.destroy()
      resolve(value)
    }
    socket.once('data', data => answer(data.toString().startsWith('+OK') ? true : undefined))
    socket.once('error', () => answer(undefined))
    socket.once('close', () => answer(undefined))
  })
}
