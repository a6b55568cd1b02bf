import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { JsonRpcProvider, type TransactionReceipt, Wallet } from 'ethers'
import { decodeRevert } from '../bindings.ts'
import { platformPackage } from '../platform-package.ts'

// anvil's own first account: it is rich there, and only there.
const FUNDED_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
// Any moment will do, so that one that never changes keeps the zero bytes of deadlines, and so their gas, the same.
const GENESIS_TIME_S = 1_900_000_000
const SETTLED_AFTER_S = 100_000

/** A chain of its own on which each transaction has its own block, at a time that we set: gas there repeats exactly. */
export interface GasChain {
  rpcUrl: string
  provider: JsonRpcProvider
  /** Unix time in seconds of the next block. */
  now(): number
  skip(seconds: number): void
  /** Goes on at one moment, however many blocks came before. */
  settleTime(): void
  /** @returns A wallet with money for gas, the same for the same number. */
  wallet(index: number): Promise<Wallet>
  /** @returns The gas that the transaction cost, intrinsic gas included. @throws Error when it reverts. */
  send(from: Wallet, to: string, data: string): Promise<number>
  /** Mines as long as something that waits for blocks runs. */
  mineDuring<T>(work: Promise<T>): Promise<T>
  stop(): Promise<void>
}

export async function startGasChain(): Promise<GasChain> {
  const binary = fileURLToPath(import.meta.resolve(`${platformPackage('anvil')}/bin/anvil`))
  const args = ['--port', '0', '--no-mining', '--timestamp', `${GENESIS_TIME_S}`, '--hardfork', 'prague']
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const rpcUrl = await new Promise<string>((resolve, reject) => {
    child.once('exit', code => reject(new Error(`anvil ended with code ${code}`)))
    createInterface(child.stdout).on('line', line => {
      const address = /^Listening on (\S+)/.exec(line)?.[1]
      if (address) resolve(`http://${address}`)
    })
  })
  const provider = new JsonRpcProvider(rpcUrl, undefined, { staticNetwork: true, batchStallTime: 0, cacheTimeout: -1 })
  const bank = new Wallet(FUNDED_KEY, provider)
  let time = GENESIS_TIME_S

  async function mine(): Promise<void> {
    time += 1
    await provider.send('evm_setNextBlockTimestamp', [time])
    await provider.send('evm_mine', [])
  }

  async function submit(from: Wallet, to: string, data: string, value = 0n): Promise<TransactionReceipt> {
    const { hash } = await from.sendTransaction({ to, data, value, gasLimit: 5_000_000n })
    await mine()
    const receipt = (await provider.getTransactionReceipt(hash))!
    if (receipt.status !== 1) throw new Error(`the transaction reverts: ${await reason(from, to, data)}`)
    return receipt
  }

  async function reason(from: Wallet, to: string, data: string): Promise<string> {
    const error = await provider.call({ from: from.address, to, data }).then(
      () => null,
      cause => cause,
    )
    return decodeRevert(error?.data ?? '0x')?.name ?? String(error)
  }

  return {
    rpcUrl,
    provider,
    now: () => time + 1,
    skip: seconds => {
      time += seconds
    },
    settleTime: () => {
      time = GENESIS_TIME_S + SETTLED_AFTER_S
    },
    wallet: async index => {
      const wallet = new Wallet(`0x${(index + 1).toString(16).padStart(64, '0')}`, provider)
      await submit(bank, wallet.address, '0x', 10n ** 18n)
      return wallet
    },
    send: async (from, to, data) => Number((await submit(from, to, data)).gasUsed),
    mineDuring: async work => {
      let done = false
      const finished = work.finally(() => {
        done = true
      })
      while (!done) {
        await mine()
        await Promise.race([finished.catch(() => undefined), new Promise(next => setTimeout(next, 20))])
      }
      return finished
    },
    stop: async () => {
      provider.destroy()
      child.kill()
      await once(child, 'exit')
    },
  }
}
