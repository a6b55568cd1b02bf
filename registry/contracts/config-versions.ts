import { decodeBytes32String, type Log, type Provider } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { decodeLog } from '../../contracts/bindings.ts'
import { callContract } from '../../contracts/call-contract.ts'
import type { Hex } from '../../protocol/hash.ts'

/** One change of the consortium's parameters; `version` counts all of them from 1, as the registry's `revision` does. */
export interface ConfigVersion {
  version: number
  key: string
  /** Null where a value that was announced is taken back. */
  value: bigint | null
  /** The key's own version, as the registry numbers it. */
  keyVersion: number
  /** Unix time in seconds from which it holds; null where it is taken back. */
  effectiveAt: number | null
  blockNumber: number
  blockHash: Hex
  txHash: Hex
  /** The account whose transaction it was. */
  by: Hex
}

type Change = { log: Log; key: Hex; version: number; value: bigint | null; effectiveAt: bigint | null }

/** Every change there ever was, oldest first, as the chain has it. */
export async function readConfigVersions(
  provider: Provider,
  { registry, config }: { registry: Hex; config: Hex },
): Promise<ConfigVersion[]> {
  const fromBlock = await callContract(provider, registry, ABIS.ContractRegistry, 'deploymentBlock', [])
  const logs = await provider.getLogs({ address: config, fromBlock })
  const changes = logs.flatMap((log): Change[] => {
    const decoded = decodeLog({ ...log, topics: log.topics })
    if (decoded?.contract !== 'ConfigRegistry') return []
    if (decoded.event === 'ConfigSet') return [{ log, ...decoded.args }]
    if (decoded.event === 'ConfigWithdrawn') return [{ log, ...decoded.args, value: null, effectiveAt: null }]
    return []
  })
  return Promise.all(
    changes.map(async ({ log, key, value, version, effectiveAt }, index) => ({
      version: index + 1,
      key: decodeBytes32String(key),
      value,
      keyVersion: version,
      effectiveAt: effectiveAt === null ? null : Number(effectiveAt),
      blockNumber: log.blockNumber,
      blockHash: log.blockHash as Hex,
      txHash: log.transactionHash as Hex,
      by: (await provider.getTransaction(log.transactionHash))!.from as Hex,
    })),
  )
}

/** The values as they stood after a version, by key: those announced by then, whether in force yet or not. */
export function valuesAt(versions: readonly ConfigVersion[], version: number): Map<string, bigint> {
  const stacks = new Map<string, bigint[]>()
  for (const { key, value } of versions.slice(0, version)) {
    const before = stacks.get(key) ?? []
    stacks.set(key, value === null ? before.slice(0, -1) : [...before, value])
  }
  return new Map([...stacks].flatMap(([key, values]) => (values.length === 0 ? [] : [[key, values.at(-1)!]])))
}
