import { concat, dataLength, getCreate2Address, keccak256, ZeroHash } from 'ethers'
import type { Intent } from './send-all.ts'

/**
 * The deterministic deployment proxy (https://github.com/Arachnid/deterministic-deployment-proxy): the same address on
 * every chain, and no owner. It creates what it is sent, so an address follows from the code alone, whoever sends it.
 */
export const FACTORY_ADDRESS = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

/** Pays for the factory's creation. Nobody has its key: the signature of the transaction below was made up, not signed. */
export const FACTORY_CREATOR = '0x3fAB184622Dc19b6109349B94811493BF2a45362'

/** What the creator spends: 100,000 gas at 100 gwei, fixed by that transaction. In wei. */
export const FACTORY_COST = 10n ** 16n

/** The transaction that creates the factory. It names no chain (it is older than EIP-155), so that it is valid on all. */
export const FACTORY_TRANSACTION =
  '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffff' +
  'ffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba0222222222222222222222222222222' +
  '2222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222'

// Entente's contracts need no salt: another deployment differs in its constructor arguments.
const SALT = ZeroHash

/** One contract to create through the factory. */
export interface Creation {
  name: string
  address: string
  /** Creation code, then the constructor's arguments. */
  initCode: string
}

/** @returns The address at which the factory creates a contract from `initCode` (creation code, then its arguments). */
export function create2Address(initCode: string): string {
  return getCreate2Address(FACTORY_ADDRESS, SALT, keccak256(initCode))
}

// For one byte of creation code, generously: 200 gas for it to stay, 40 as calldata (EIP-7623); and for what a constructor
// does. Gas that is not used is not paid.
const GAS_PER_BYTE = 300n
const GAS_BASE = 1_000_000n

/** @returns The transaction that makes the factory create a contract. It reverts where that contract is there already. */
export function createIntent({ name, address, initCode }: Creation): Intent {
  return {
    what: `create ${name}`,
    creates: address,
    to: FACTORY_ADDRESS,
    data: concat([SALT, initCode]),
    gasLimit: GAS_BASE + GAS_PER_BYTE * BigInt(dataLength(initCode)),
  }
}
