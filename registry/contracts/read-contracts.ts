import { decodeBytes32String, getAddress, keccak256, type Provider, ZeroHash } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import type { Hex } from '../../protocol/hash.ts'
import { BUILT_CODE, PROXY_CODE } from './built-code.ts'
import { type CodeComparison, compareCode } from './compare-code.ts'

export const contractStates = ['unknown', 'active', 'frozen', 'retired'] as const
export type ContractState = (typeof contractStates)[number]

/** What the registry on chain says of a contract, and what is there. */
export interface ContractEntry {
  name: ContractName
  address: Hex
  version: number
  state: ContractState
  /** What a proxy runs now; null where there is no proxy. */
  implementation: Hex | null
  /** Hash of the code at the address when it was recorded, and now. */
  recordedHash: Hex
  codeHash: Hex
}

// keccak256("eip1967.proxy.implementation") - 1 (EIP-1967)
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'

/** Every contract that was ever recorded, oldest first. */
export async function readContracts(provider: Provider, registry: string): Promise<ContractEntry[]> {
  const names = await callContract(provider, registry, ABIS.ContractRegistry, 'names', [])
  return Promise.all(names.map(name => readContract(provider, registry, name)))
}

async function readContract(provider: Provider, registry: string, key: Hex): Promise<ContractEntry> {
  const { account, version, status, codeHash } = await callContract(provider, registry, ABIS.ContractRegistry, 'get', [
    key,
  ])
  const [code, slot] = await Promise.all([provider.getCode(account), provider.getStorage(account, IMPLEMENTATION_SLOT)])
  return {
    name: decodeBytes32String(key) as ContractName,
    address: account,
    version,
    state: contractStates[status]!,
    implementation: slot === ZeroHash ? null : (getAddress(`0x${slot.slice(26)}`) as Hex),
    recordedHash: codeHash,
    codeHash: keccak256(code) as Hex,
  }
}

export interface Verification {
  name: ContractName
  ok: boolean
  /** The code at the address is what was recorded. */
  isAsRecorded: boolean
  /** Each piece of code on chain against this build's. */
  parts: ({ of: 'contract' | 'proxy' | 'implementation'; address: Hex } & CodeComparison)[]
}

/** Compares what is on chain with the registry's record and with this build's code. */
export async function verifyContract(provider: Provider, entry: ContractEntry): Promise<Verification> {
  const { name, address, implementation } = entry
  const compare = async (of: Verification['parts'][number]['of'], at: Hex, creation: string) => ({
    of,
    address: at,
    ...compareCode(await provider.getCode(at), creation),
  })
  const parts =
    implementation === null
      ? [await compare('contract', address, BUILT_CODE[name])]
      : await Promise.all([
          compare('proxy', address, PROXY_CODE),
          compare('implementation', implementation, BUILT_CODE[name]),
        ])
  const isAsRecorded = entry.recordedHash === entry.codeHash
  return { name, ok: isAsRecorded && parts.every(({ matches }) => matches), isAsRecorded, parts }
}
