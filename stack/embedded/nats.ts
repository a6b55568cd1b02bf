import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { keepNatsTrust, type NatsTrust } from './nats-trust.ts'
import { restartable } from './restartable.ts'
import { type EmbeddedServer, type OnServerDeath, type StartedServer, startServerProcess } from './server-process.ts'

const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
const MAX_STORE_BYTES = 16 * 1024 ** 3
const MAX_MEMORY_BYTES = 256 * 1024 ** 2

/**
 * What is in use is little beside what passes through, so that the server, left to itself, collects garbage many times a
 * second: let it grow to three times what is in use, not to twice. It takes a seventh less of the processor, for some 20 MB.
 */
const gogc = '200'

/**
 * Threads that the server may run on at a time: half of the cores, which it shares with all who talk to it. Each message sets
 * several goroutines going, and with a thread more that has nothing to do every one of them wakes that.
 */
const serverThreads = Math.max(1, Math.floor(availableParallelism() / 2))

/** The server takes a free one, and says which. */
const anyPort = -1

export type EmbeddedNats = EmbeddedServer & { trust: NatsTrust }

/**
 * Starts a nats-server of our own: JetStream in files under `dir`, users admitted by JWT only, a free port on the
 * loopback interface.
 */
export async function startNats(options: { dir: string; onDeath?: OnServerDeath }): Promise<EmbeddedNats> {
  mkdirSync(options.dir, { recursive: true })
  const trust = await keepNatsTrust(options.dir)
  const server = await restartable('nats', port => startOn(port ?? anyPort, trust, options))
  return Object.assign(server, { trust })
}

async function startOn(
  port: number,
  trust: NatsTrust,
  { dir, onDeath }: { dir: string; onDeath?: OnServerDeath },
): Promise<StartedServer> {
  const configFile = join(dir, 'nats.conf')
  const portsDir = join(dir, 'ports')
  rmSync(portsDir, { recursive: true, force: true })
  mkdirSync(portsDir)
  writeFileSync(configFile, serverConfig(port, trust, dir, portsDir), { mode: 0o600 })

  const command = 'nats-server'
  const server = startServerProcess({
    name: 'nats',
    command,
    args: ['-c', configFile],
    dir,
    env: { GOGC: gogc, GOMAXPROCS: `${serverThreads}`, ...process.env },
    insteadOf: 'NATS_URL',
    onDeath,
  })
  const portsFile = join(portsDir, `${basename(command)}_${server.pid}.ports`)
  const url = await server.until('start', async () => clientUrl(portsFile))
  await server.until('greeting', async () => greeting(url))
  return { url, pid: server.pid, stop: server.stop }
}

function serverConfig(port: number, trust: NatsTrust, dir: string, portsDir: string): string {
  const { account, systemAccount } = trust
  return `
listen: "127.0.0.1:${port}"
server_name: "entente-embedded"
ports_file_dir: ${JSON.stringify(portsDir)}
max_payload: ${MAX_PAYLOAD_BYTES}
jetstream {
  store_dir: ${JSON.stringify(join(dir, 'jetstream'))}
  max_file_store: ${MAX_STORE_BYTES}
  max_memory_store: ${MAX_MEMORY_BYTES}
}
operator: ${trust.operatorJwt}
system_account: ${systemAccount.publicKey}
resolver: MEMORY
resolver_preload {
  ${account.publicKey}: ${account.jwt}
  ${systemAccount.publicKey}: ${systemAccount.jwt}
}
`
}

/** The server chooses its port and writes it here; half a file is no answer yet. */
function clientUrl(portsFile: string): string | undefined {
  try {
    const { nats } = JSON.parse(readFileSync(portsFile, 'utf8')) as { nats: string[] }
    return nats[0]
  } catch {
    return undefined
  }
}

/** True once the server speaks: the first bytes of every connection are its INFO. */
function greeting(url: string): Promise<true | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise(resolve => {
    const socket = connect(Number(port), hostname)
    const answer = (value: true | undefined) => {
      socket.destroy()
      resolve(value)
    }
    socket.once('data', data => answer(data.toString().startsWith('INFO ') ? true : undefined))
    socket.once('error', () => answer(undefined))
    socket.once('close', () => answer(undefined))
  })
}
