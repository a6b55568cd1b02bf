import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { keepChainAccounts } from '../../../stack/embedded/chain-accounts.ts'
import { balanceWei, type OtherNode, packages, startNodeProgram } from './other-node.ts'

const BLOCK_MS = 1_000

export type HardhatOptions = {
  dir: string
  /** Of Ethereum, or of an OP stack. */
  chainType: 'l1' | 'op'
  chainId: number
}

/** Hardhat's node, which is EDR: of the same EVM as anvil, with a pool, blocks and JSON-RPC of its own. */
export async function startHardhat({ dir, chainType, chainId }: HardhatOptions): Promise<OtherNode> {
  mkdirSync(dir, { recursive: true })
  const accounts = keepChainAccounts(dir)
  const env = {
    ...process.env,
    // It keeps what it learns of its user there.
    ...{ HOME: dir, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
    ...{ OTHER_NODE_TYPE: chainType, OTHER_NODE_CHAIN: `${chainId}`, OTHER_NODE_MNEMONIC: accounts.mnemonic },
    ...{ OTHER_NODE_BALANCE: `${balanceWei}`, OTHER_NODE_BLOCK_MS: `${BLOCK_MS}` },
  }
  const { url, rpc, stop } = await startNodeProgram({ name: 'hardhat', dir, env }, port => [
    ...[join(packages, 'node_modules', 'hardhat', 'dist', 'src', 'cli.js'), 'node'],
    ...['--config', join(packages, 'hardhat.config.mjs'), '--network', 'node'],
    ...['--hostname', '127.0.0.1', '--port', `${port}`],
  ])
  return {
    ...{ url, rpc, accounts, stop },
    async withoutBlocks(work) {
      await rpc('evm_setIntervalMining', [0])
      return work().finally(() => rpc('evm_setIntervalMining', [BLOCK_MS]))
    },
  }
}
