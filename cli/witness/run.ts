import { CosignedFile } from '../../coordinator/witness/cosigned-file.ts'
import { startWitness } from '../../coordinator/witness/start-witness.ts'
import { readWitnessFolder } from '../../coordinator/witness/witness-folder.ts'
import { signingDomain } from '../../protocol/documents.ts'
import { announceReady } from '../../stack/announce-ready.ts'
import { askChainInfo } from '../../stack/chain-info.ts'
import { runProcess } from '../../stack/run-process.ts'
import { onShutdown } from '../../stack/shutdown.ts'

/** `entente witness run`: a process of its own. */
export async function runWitness(folder: string): Promise<void> {
  await runProcess({ name: 'witness' }, async ({ log, connect }) => {
    const own = readWitnessFolder(folder)
    const file = new CosignedFile(folder)
    const nc = await connect()
    const { chainId, contractRegistry } = await askChainInfo(nc)
    const domain = signingDomain(chainId, contractRegistry)
    const witness = await startWitness(nc, log, { ...own, domain, file })
    onShutdown(() => witness.stop())
    announceReady({})
    log.info({ domainId: own.appointment.domainId, last: file.last?.size ?? 0 }, 'watching')
  })
}
