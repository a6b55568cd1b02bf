import { fileURLToPath } from 'node:url'
import { connectRpc, NodeSilent, type Rpc } from '../../../gateway/rpc.ts'
import type { ChainAccounts } from '../../../stack/embedded/chain-accounts.ts'
import { freePort } from '../../../stack/embedded/free-port.ts'
import { type ServerCommand, startServerProcess } from '../../../stack/embedded/server-process.ts'

/** A node that is not ours, on a chain of its own. */
export interface OtherNode {
  readonly url: string
  /** Asks it, and waits for as long as it needs under load. */
  readonly rpc: Rpc
  /** Each has coins. */
  readonly accounts: ChainAccounts
  /** No block comes until `work` is done. */
  withoutBlocks<T>(work: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

/** Where the packages of these nodes are, and their programs. */
export const packages = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '')

export const balanceWei = 10n ** 24n

/** These are slower than ours under load. */
const ANSWER_MS = 30_000
const TRIES = 3

/**
 * Starts a node's program under this Node. It cannot choose ports itself: when it does not come up, another took one in
 * between, and it is tried again.
 *
 * @param argsFor what the program is given, of two ports that are free
 */
export async function startNodeProgram(
  server: Pick<ServerCommand, 'name' | 'dir' | 'env'>,
  argsFor: (port: number, otherPort: number) => string[],
) {
  for (let tried = 1; ; tried += 1) {
    const [port, otherPort] = [await freePort(), await freePort()]
    const args = argsFor(port, otherPort)
    const process = startServerProcess({
      ...server,
      command: globalThis.process.execPath,
      args,
      insteadOf: 'ETH_RPC_URL',
    })
    const url = `http://127.0.0.1:${port}`
    const rpc = connectRpc(url, { timeoutMs: ANSWER_MS })
    try {
      await process.until('start', () => rpc<string>('eth_chainId', []).catch(notYet))
      return { url, rpc, stop: process.stop }
    } catch (error) {
      if (tried === TRIES) throw error
    }
  }
}

function notYet(error: unknown): undefined {
  if (!(error instanceof NodeSilent)) throw error
}
