import { withStandIns } from '../../gateway/nodes/stand-in.ts'
import { chooseKnown } from '../../gateway/profiles/choose-profile.ts'
import { startAttester } from '../../gateway/relay/start-attester.ts'
import { VouchedFile } from '../../gateway/relay/vouched-file.ts'
import { connectRpc, patient } from '../../gateway/rpc.ts'
import { signingDomain } from '../../protocol/documents.ts'
import { announceReady } from '../../stack/announce-ready.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import type { ProfileName } from '../../stack/chain-profile.ts'
import { readKeyFile } from '../../stack/key-file.ts'
import { runProcess } from '../../stack/run-process.ts'
import { onShutdown } from '../../stack/shutdown.ts'

const timeoutMs = 5_000
const firstAnswer = { timeoutMs: 10_000 }

/** `entente relay attest`: a process of its own. */
export async function runAttester(
  folder: string,
  options: { from: string; domain: string; profile?: ProfileName },
): Promise<void> {
  await runProcess({ name: 'attester', needs: ['ENTENTE_KEY'] }, async ({ config, log, connect }) => {
    const key = readKeyFile(config.ENTENTE_KEY)
    const file = new VouchedFile(folder)
    const nc = await connect()
    const rpc = withStandIns(connectRpc(options.from, { timeoutMs }))
    const { chainId: sourceChain, profile } = await chooseKnown(patient(rpc, firstAnswer), options.profile)
    const { chainId, contractRegistry } = await askChainInfo(nc)
    const domain = signingDomain(chainId, contractRegistry)
    const place = { domain, sourceChain, rpc, finality: profile.finality }
    const attester = startAttester(nc, log, { ...place, domainId: options.domain, key, file })
    onShutdown(() => attester.stop())
    announceReady({ attester: key.address })
    log.info({ domainId: options.domain, sourceChain, profile: profile.name }, 'vouching')
  })
}
