import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Child, startProcess } from '../../stack/process.ts'
import type { World } from './with-gateway.ts'

const entry = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))

/** Where the bus of a test is, as processes of ours are told. */
export function busEnv({ servers }: World): Record<string, string> {
  const credsFile = join(servers.dir, 'gateway.creds')
  writeFileSync(credsFile, servers.stack.busCreds!, { mode: 0o600 })
  return { NATS_URL: servers.stack.urls.nats, NATS_CREDS: credsFile }
}

/** Starts a gateway as a process of its own, which can be killed. */
export async function startGatewayProcess(
  world: World,
  { chainUrl = world.servers.stack.urls.chain, ...env }: { chainUrl?: string; [name: string]: string | undefined } = {},
): Promise<Child<unknown>> {
  const { servers, deployment, keysFile } = world
  const own = Object.entries(env).filter((each): each is [string, string] => each[1] !== undefined)
  return startProcess({
    name: 'gateway',
    entry,
    dir: servers.dir,
    env: {
      ...busEnv(world),
      ETH_RPC_URL: chainUrl,
      CONTRACT_REGISTRY: deployment.registry,
      ENTENTE_KEYS: keysFile,
      FINALITY_BLOCKS: '2',
      ...Object.fromEntries(own),
    },
  })
}

export async function killNow(child: Child<unknown>): Promise<void> {
  process.kill(child.pid, 'SIGKILL')
  await child.stop()
}
