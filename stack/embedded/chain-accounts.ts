import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HDNodeWallet, Mnemonic, randomBytes } from 'ethers'

const COUNT = 32
const ENTROPY_BYTES = 16

export type ChainAccounts = {
  /** Secret: all keys derive from it, at `${path}/0`, `${path}/1`... */
  mnemonic: string
  path: string
  /** The funded accounts, by index. */
  addresses: string[]
}

/** The accounts of an embedded chain: random, made once per data folder and kept there (mode 0600). */
export function keepChainAccounts(dir: string): ChainAccounts {
  const file = join(dir, 'chain-accounts.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ChainAccounts
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const accounts = makeChainAccounts()
  writeFileSync(file, JSON.stringify(accounts), { mode: 0o600 })
  return accounts
}

function makeChainAccounts(): ChainAccounts {
  const mnemonic = Mnemonic.fromEntropy(randomBytes(ENTROPY_BYTES))
  const path = "m/44'/60'/0'/0"
  const parent = HDNodeWallet.fromMnemonic(mnemonic, path)
  const addresses = Array.from({ length: COUNT }, (_, index) => parent.deriveChild(index).address)
  return { mnemonic: mnemonic.phrase, path, addresses }
}
