import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keepChainAccounts } from '../../../stack/embedded/chain-accounts.ts'
import { startBeacon } from './beacon.ts'
import { genesisOf } from './genesis.ts'
import { type OtherNode, packages, startNodeProgram } from './other-node.ts'

const BLOCK_MS = 1_000

export type EthereumJsOptions = {
  dir: string
  chainId: number
  /** Called when no more blocks can be made. */
  onFailure: (error: unknown) => void
}

/**
 * EthereumJS's execution client, which shares no code with anvil, behind a consensus of one: after the merge, by the rules of
 * Prague, with blocks that are said to be final.
 */
export async function startEthereumJs({ dir, chainId, onFailure }: EthereumJsOptions): Promise<OtherNode> {
  mkdirSync(dir, { recursive: true })
  const accounts = keepChainAccounts(dir)
  const genesisFile = join(dir, 'entente.json')
  writeFileSync(genesisFile, JSON.stringify(genesisOf(chainId, accounts.addresses)))
  const { url, rpc, stop } = await startNodeProgram({ name: 'ethereumjs', dir }, (port, peerPort) => [
    join(packages, 'node_modules', '@ethereumjs', 'client', 'dist', 'esm', 'bin', 'cli.js'),
    ...[`--gethGenesis=${genesisFile}`, `--dataDir=${join(dir, 'data')}`, '--logFile=false', '--logLevel=warn'],
    ...['--rpc', `--rpcPort=${port}`, '--rpcAddr=127.0.0.1', '--rpcEngine', `--rpcEnginePort=${port}`],
    ...['--rpcEngineAddr=127.0.0.1', '--rpcEngineAuth=false'],
    ...[`--port=${peerPort}`, '--maxPeers=0', '--discDns=false', '--discV4=false', '--sync=none', '--isSingleNode'],
  ])
  const beacon = await startBeacon(rpc, BLOCK_MS, onFailure)
  return {
    ...{ url, rpc, accounts },
    async withoutBlocks(work) {
      await beacon.pause()
      return work().finally(beacon.resume)
    },
    async stop() {
      await beacon.stop()
      await stop()
    },
  }
}
