import { readFileSync } from 'node:fs'
import { HDNodeWallet } from 'ethers'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Config } from '../../stack/config.ts'
import type { ChainAccounts } from '../../stack/embedded/chain-accounts.ts'

/** A party that pays for its own transactions, by an account that has the chain's coin. */
export interface Account {
  readonly address: Address
  readonly privateKey: Hex
}

/** Who needs an account on chain: the consortium's own, and each domain's admin. */
export interface Accounts {
  readonly governor: Account
  readonly relayer: Account
  readonly treasury: Account
  /** An officer of compliance: freezes. */
  readonly regulator: Account
  /** Posts batches under its bond, and whoever challenges wrong ones: of use where tasks are settled by batches. */
  readonly settler: Account
  readonly tower: Account
  /** By domain id. */
  readonly admins: ReadonlyMap<string, Account>
}

const standardPath = "m/44'/60'/0'/0"

/**
 * Derives everyone's account from the mnemonic of the embedded chain, or, on a chain elsewhere, from the one in
 * `CHAIN_MNEMONIC_FILE`: governor, relayer and treasury first, then the admins in order, then the
 * regulator, the settler and the tower.
 * @throws EntenteError CONFIG_INVALID when there is neither
 */
export function deriveAccounts(
  config: Config,
  embedded: ChainAccounts | undefined,
  domains: readonly string[],
): Accounts {
  const { mnemonic, path } = embedded ?? { mnemonic: readMnemonic(config), path: standardPath }
  const parent = HDNodeWallet.fromPhrase(mnemonic, undefined, path)
  const account = (index: number): Account => {
    const { address, privateKey } = parent.deriveChild(index)
    return { address: address.toLowerCase() as Address, privateKey: privateKey as Hex }
  }
  return {
    governor: account(0),
    relayer: account(1),
    treasury: account(2),
    regulator: account(3 + domains.length),
    settler: account(4 + domains.length),
    tower: account(5 + domains.length),
    admins: new Map(domains.map((domainId, index) => [domainId, account(3 + index)])),
  }
}

function readMnemonic({ CHAIN_MNEMONIC_FILE }: Config): string {
  if (!CHAIN_MNEMONIC_FILE) {
    const why = 'ETH_RPC_URL points at a chain on which nobody here has an account: set CHAIN_MNEMONIC_FILE'
    throw new EntenteError('CONFIG_INVALID', why)
  }
  try {
    return readFileSync(CHAIN_MNEMONIC_FILE, 'utf8').trim()
  } catch (cause) {
    throw new EntenteError('FILE_UNREADABLE', `CHAIN_MNEMONIC_FILE: ${CHAIN_MNEMONIC_FILE} cannot be read`, { cause })
  }
}
