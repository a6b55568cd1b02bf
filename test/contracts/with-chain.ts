import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { JsonRpcProvider, Wallet } from 'ethers'
import { afterAll, beforeAll } from 'vitest'
import { platformPackage } from '../../contracts/platform-package.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

export type TestChain = {
  readonly rpcUrl: string
  readonly provider: JsonRpcProvider
  /** A new key with money for gas. */
  rich(): Promise<Wallet>
}

/**
 * Gives a test file an anvil of its own, with blocks by time as in a running system.
 *
 * @param extra anvil's arguments beyond the usual
 */
export function withChain(...extra: string[]): TestChain {
  let rpcUrl = ''
  let provider: JsonRpcProvider
  let stop = async () => {}
  beforeAll(async () => {
    const dir = scratchDir('chain')
    const binary = fileURLToPath(import.meta.resolve(`${platformPackage('anvil')}/bin/anvil`))
    const args = ['--port', '0', '--accounts', '0', '--block-time', '0.1', '--gas-limit', '300000000', ...extra]
    const child = spawn(binary, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: dir, HOME: dir },
    })
    rpcUrl = await new Promise<string>((resolve, reject) => {
      child.once('exit', code => reject(new Error(`anvil ended with code ${code}`)))
      createInterface(child.stdout).on('line', line => {
        const address = /^Listening on (\S+)/.exec(line)?.[1]
        if (address) resolve(`http://${address}`)
      })
    })
    provider = new JsonRpcProvider(rpcUrl, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 })
    stop = async () => {
      provider.destroy()
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill()
      await ended
    }
  })
  afterAll(() => stop())
  return {
    get rpcUrl() {
      return rpcUrl
    },
    get provider() {
      return provider
    },
    async rich() {
      const wallet = new Wallet(Wallet.createRandom().privateKey, provider)
      await provider.send('anvil_setBalance', [wallet.address, `0x${(10n ** 20n).toString(16)}`])
      return wallet
    },
  }
}
