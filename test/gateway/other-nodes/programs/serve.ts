import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackages } from '../../../../boot/install-packages.mjs'
import { packages } from '../other-node.ts'
import { startEthereumJs } from '../start-ethereumjs.ts'
import { startHardhat } from '../start-hardhat.ts'

const starters = {
  ethereumjs: (dir: string) => startEthereumJs({ dir, chainId: 61_337, onFailure: end }),
  hardhat: (dir: string) => startHardhat({ dir, chainType: 'l1', chainId: 61_338 }),
  'hardhat-op': (dir: string) => startHardhat({ dir, chainType: 'op', chainId: 10 }),
}

const ended = Promise.withResolvers<unknown>()

function end(reason: unknown): void {
  ended.resolve(reason)
}

/** `node test/gateway/other-nodes/programs/serve.ts ethereumjs`: a node for `npm start`, until it is told to stop. */
const start = starters[process.argv[2] as keyof typeof starters]
if (start === undefined) {
  process.stderr.write(`one of ${Object.keys(starters).join(', ')} is to be named\n`)
  process.exit(2)
}
await installPackages(packages)
const dir = mkdtempSync(join(tmpdir(), 'entente-other-node-'))
const node = await start(dir)
const mnemonicFile = join(dir, 'mnemonic')
writeFileSync(mnemonicFile, node.accounts.mnemonic, { mode: 0o600 })
process.stdout.write(`ETH_RPC_URL=${node.url} CHAIN_MNEMONIC_FILE=${mnemonicFile}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(undefined))
const failure = await ended.promise
await node.stop()
rmSync(dir, { recursive: true, force: true })
if (failure !== undefined) throw failure
