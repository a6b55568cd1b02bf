import { ABIS, type Addresses, CONTRACT_NAMES, type ContractName } from '../contracts/abis.ts'
import { decodeResult, encodeCall } from '../contracts/bindings.ts'
import type { ChainInfo, ChainIntent } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Address, domainToBytes32 } from '../protocol/ids.ts'
import type { Life } from './life.ts'
import type { Rpc } from './rpc.ts'

const ACTIVE = 1
const RETIRED = 3

/** The contracts as the registry on chain has them now. */
export interface Contracts {
  /** Name → address of every active contract, in lower case. */
  info(): ChainInfo
  /** Where logs of ours come from: frozen and retired contracts too. */
  addresses(): Addresses
  /** Block of the registry's creation: no event is older. */
  readonly deploymentBlock: number
  /** Reads the registry again. */
  refresh(): Promise<void>
  /**
   * Whether a contract takes new calls, by the registry as it is now if it did not before.
   * @throws EntenteError CONTRACT_FROZEN, CONTRACT_RETIRED
   */
  checkActive(name: string): Promise<void>
}

/** @throws EntenteError CONFIG_INVALID when there is no contract registry at the address */
export async function readContracts(rpc: Rpc, contractRegistry: Address): Promise<Contracts> {
  const [chainId, code] = await Promise.all([
    rpc<Hex>('eth_chainId', []),
    rpc<Hex>('eth_getCode', [contractRegistry, 'latest']),
  ])
  if (code === '0x')
    throw new EntenteError('CONFIG_INVALID', `CONTRACT_REGISTRY: no contract is at ${contractRegistry}`)
  const call = (data: Hex) => rpc<Hex>('eth_call', [{ to: contractRegistry, data }, 'latest'])
  const abi = ABIS.ContractRegistry
  const created = await call(encodeCall(abi, 'deploymentBlock', []))
  const addressesOf = (kept: Entry[]) =>
    Object.fromEntries(kept.map(({ name, account }) => [name, account.toLowerCase() as Hex]))
  const read = async () => {
    const entries = await readEntries(call)
    const contracts = addressesOf(entries.filter(entry => entry.status === ACTIVE))
    return {
      addresses: addressesOf(entries) as Addresses,
      statuses: new Map<string, number>(entries.map(({ name, status }) => [name, status])),
      info: { chainId: Number(chainId), contractRegistry, contracts },
    }
  }
  let now = await read()
  const refresh = async () => {
    now = await read()
  }
  return {
    deploymentBlock: Number(decodeResult(abi, 'deploymentBlock', created)),
    addresses: () => now.addresses,
    info: () => now.info,
    refresh,
    checkActive: async name => {
      if (now.statuses.get(name) === ACTIVE) return
      // That something changed may not have been heard here.
      await refresh()
      const status = now.statuses.get(name)
      if (status === RETIRED) throw new EntenteError('CONTRACT_RETIRED', `${name} is retired`)
      if (status !== ACTIVE) throw new EntenteError('CONTRACT_FROZEN', `${name} is not active`)
    },
  }
}

interface Entry {
  name: ContractName
  account: Hex
  status: number
}

function readEntries(call: (data: Hex) => Promise<Hex>): Promise<Entry[]> {
  const abi = ABIS.ContractRegistry
  return Promise.all(
    CONTRACT_NAMES.map(async name => {
      const answer = await call(encodeCall(abi, 'get', [domainToBytes32(name)]))
      const { account, status } = decodeResult(abi, 'get', answer)
      return { name, account, status }
    }),
  )
}

/**
 * An intent's call data.
 *
 * @throws EntenteError COMMAND_INVALID when no contract of ours has such a function, or its arguments do not fit
 */
export function encodeIntent(intent: ChainIntent): Hex {
  const data = encoded.get(intent) ?? encode(intent)
  encoded.set(intent, data)
  return data
}

/** The door checks by encoding; what is sent is the same again. */
const encoded = new WeakMap<ChainIntent, Hex>()

function encode(intent: ChainIntent): Hex {
  if (!Object.hasOwn(ABIS, intent.contract)) {
    throw new EntenteError('COMMAND_INVALID', `there is no contract ${intent.contract}`)
  }
  const abi = ABIS[intent.contract as ContractName]
  try {
    return encodeCall(abi, intent.call as never, intent.args as never)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EntenteError('COMMAND_INVALID', `${intent.contract}.${intent.call}: ${why}`, { cause })
  }
}

/**
 * What is sent for a message: the call, and after it eight bytes of the message's id, which contracts do not read. Anyone
 * can tell from the chain which message a transaction carries; and two messages with the same call can never be the same
 * transaction, even when two gateways take the same nonce. Costs 128 gas.
 */
export function callDataOf({ messageId, intent }: Pick<Life, 'messageId' | 'intent'>): Hex {
  return `${encodeIntent(intent)}${messageId.slice(2, 18)}`
}
