import { JsonRpcProvider, Wallet } from 'ethers'
import { EntenteError } from '../protocol/errors.ts'
import type { Progress } from '../registry/contracts/govern.ts'
import { type ContractEntry, readContracts } from '../registry/contracts/read-contracts.ts'
import { readConfig } from '../stack/config.ts'
import { readKeyFile } from '../stack/key-file.ts'
import { parseNodeList } from '../stack/node-list.ts'

export interface Chain {
  provider: JsonRpcProvider
  entries: ContractEntry[]
  /** The key that ENTENTE_KEY names, at this chain. */
  governor(): Wallet
}

/**
 * Reads the contract registry (CONTRACT_REGISTRY) from a node (ETH_RPC_URL), for as long as one verb takes.
 * @throws EntenteError CONFIG_INVALID, CHAIN_UNREACHABLE
 */
export async function withGovernance<T>(work: (chain: Chain) => Promise<T>): Promise<T> {
  const { ETH_RPC_URL: nodes, CONTRACT_REGISTRY: registry, ENTENTE_KEY: keyFile } = readConfig(process.env)
  if (!nodes) throw new EntenteError('CONFIG_INVALID', 'ETH_RPC_URL is not set: where is the chain?')
  if (!registry) throw new EntenteError('CONFIG_INVALID', 'CONTRACT_REGISTRY is not set: where is the registry?')
  const { url } = parseNodeList(nodes)!.find(({ roles }) => roles.includes('writer'))!
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, batchStallTime: 0, cacheTimeout: -1 })
  try {
    const code = await provider.send('eth_getCode', [registry, 'latest']).catch((cause: unknown) => {
      throw new EntenteError('CHAIN_UNREACHABLE', `the node at ${new URL(url).host} does not answer`, { cause })
    })
    if (code === '0x') throw new EntenteError('CONFIG_INVALID', `CONTRACT_REGISTRY: no contract is at ${registry}`)
    const entries = await readContracts(provider, registry)
    const governor = () => {
      if (!keyFile) throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: the key file of who governs')
      return new Wallet(readKeyFile(keyFile).privateKey, provider)
    }
    return await work({ provider, entries, governor })
  } finally {
    provider.destroy()
  }
}

/** How far governance is, for a person. */
export function printProgress(what: string, progress: Progress): void {
  const said =
    progress.step === 'executed'
      ? 'done'
      : `${progress.step} as ${progress.operation}; say it again from ${progress.executableAt.toISOString()} on`
  process.stdout.write(`${what}: ${said}.\n`)
}
