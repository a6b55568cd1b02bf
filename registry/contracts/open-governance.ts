import { FetchRequest, JsonRpcProvider, Network, type Provider } from 'ethers'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { readerIn } from '../../stack/node-list.ts'
import { type ContractEntry, readContracts } from './read-contracts.ts'

/** What governance acts on: the chain, and the contracts as their registry has them at this moment. */
export interface Governance {
  readonly provider: Provider
  readonly registry: Hex
  readonly entries: readonly ContractEntry[]
}

/** A node of the chain, to be read. It never signs. */
export interface ChainAccess {
  /** @throws EntenteError CHAIN_UNREACHABLE */
  read<T>(work: (governance: Governance) => Promise<T>): Promise<T>
  close(): void
}

const REQUEST_TIMEOUT_MS = 10_000

/**
 * @param nodes as ETH_RPC_URL has them; undefined where a process was given none
 * @param infoOf which chain it is, and where the contract registry is: asked at the first use, and then known
 */
export function openChainAccess(
  nodes: string | undefined,
  infoOf: () => Promise<Pick<ChainInfo, 'chainId' | 'contractRegistry'>>,
): ChainAccess {
  const url = nodes === undefined ? undefined : readerIn(nodes)
  let open: (Omit<Governance, 'entries'> & { provider: JsonRpcProvider }) | undefined
  return {
    async read(work) {
      if (!url) throw new EntenteError('CHAIN_UNREACHABLE', 'this process was given no node: ETH_RPC_URL is not set')
      open ??= connect(url, await infoOf())
      const { provider, registry } = open
      const entries = await readContracts(provider, registry).catch((cause: unknown) => {
        throw new EntenteError('CHAIN_UNREACHABLE', `the node at ${new URL(url).host} does not answer`, { cause })
      })
      return work({ provider, registry, entries })
    },
    close: () => open?.provider.destroy(),
  }
}

function connect(url: string, { chainId, contractRegistry }: Pick<ChainInfo, 'chainId' | 'contractRegistry'>) {
  const request = new FetchRequest(url)
  request.timeout = REQUEST_TIMEOUT_MS
  // A chain that is known is not asked for: that would wait for a node that is away, for ever.
  const staticNetwork = Network.from(chainId)
  const provider = new JsonRpcProvider(request, staticNetwork, { staticNetwork, batchStallTime: 0, cacheTimeout: -1 })
  return { provider, registry: contractRegistry }
}
