import { withStandIns } from '../../gateway/nodes/stand-in.ts'
import { chooseKnown } from '../../gateway/profiles/choose-profile.ts'
import { startRelay } from '../../gateway/relay/start-relay.ts'
import { connectRpc, patient, type Rpc } from '../../gateway/rpc.ts'
import { announceReady } from '../../stack/announce-ready.ts'
import type { ProfileName } from '../../stack/chain-profile.ts'
import { runProcess } from '../../stack/run-process.ts'
import { onShutdown } from '../../stack/shutdown.ts'

const timeoutMs = 5_000
const firstAnswer = { timeoutMs: 10_000 }

/** `entente relay run`: a process of its own. */
export async function runRelay(options: {
  from: string
  to: string
  since: number
  profile?: ProfileName
}): Promise<void> {
  await runProcess({ name: 'relay' }, async ({ log, connect }) => {
    const nc = await connect()
    const [from, to] = [options.from, options.to].map(url => withStandIns(connectRpc(url, { timeoutMs }))) as [Rpc, Rpc]
    const source = await chooseKnown(patient(from, firstAnswer), options.profile)
    const relay = await startRelay({ nc, from, source, to, sinceBlock: options.since, log })
    onShutdown(() => relay.stop())
    announceReady({})
    log.info({ from: source.chainId, profile: source.profile.name }, 'carrying')
  })
}
