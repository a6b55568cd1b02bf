import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Kvm } from '@nats-io/kv'
import type { Hex } from '../../protocol/hash.ts'
import { buckets } from '../../protocol/subjects.ts'
import { type Child, startProcess } from '../../stack/process.ts'
import type { World } from './with-gateway.ts'

const entry = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))

/** Where the bus of a test is, as processes of ours are told. */
export function busEnv({ servers }: World): Record<string, string> {
  const credsFile = join(servers.dir, 'gateway.creds')
  writeFileSync(credsFile, servers.stack.busCreds!, { mode: 0o600 })
  return { NATS_URL: servers.stack.urls.nats, NATS_CREDS: credsFile }
}

/** Starts a gateway as a process of its own, with the keys of the file's world. */
export function startGatewayProcess(
  world: World,
  { chainUrl = world.servers.stack.urls.chain, finalityBlocks = 2, env = {} } = {},
): Promise<Child<unknown>> {
  const { servers, deployment, keysFile } = world
  return startProcess({
    name: 'gateway',
    entry,
    dir: servers.dir,
    env: {
      ...busEnv(world),
      ETH_RPC_URL: chainUrl,
      CONTRACT_REGISTRY: deployment.registry,
      ENTENTE_KEYS: keysFile,
      FINALITY_BLOCKS: `${finalityBlocks}`,
      ...env,
    },
  })
}

/** Which gateway numbers for a signer now. */
export async function holderOf({ nc }: World, signer: Hex): Promise<string | undefined> {
  return (await (await new Kvm(nc).open(buckets.leases)).get(signer))?.string()
}

export async function killOutright(child: Child<unknown>): Promise<void> {
  process.kill(child.pid, 'SIGKILL')
  await child.stop()
}
