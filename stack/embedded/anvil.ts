import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { EntenteError } from '../../protocol/errors.ts'
import { type ChainAccounts, keepChainAccounts } from './chain-accounts.ts'
import { keepDump, restoreDump } from './keep-dump.ts'
import { restartable } from './restartable.ts'
import { type EmbeddedServer, type OnServerDeath, type StartedServer, startServerProcess } from './server-process.ts'

// Room for thousands of transfers a block; Ethereum's own 30 million would cap one at 1,428.
const BLOCK_GAS = 300_000_000
// States kept for proofs at past blocks (eth_getProof): at 0.25 s a block, the last 8 minutes.
const STATES_KEPT = 2_000
// What is written to disk may be this old when anvil is killed outright; a stop loses nothing.
const DUMP_INTERVAL_S = 1
const ACCOUNT_BALANCE_WEI = 10n ** 24n
/** anvil takes a free one, and says which. */
const anyPort = 0

export type EmbeddedChain = EmbeddedServer & { accounts: ChainAccounts }

export type AnvilOptions = {
  dir: string
  blockTimeS: number
  /** anvil's own, 31337, where none is named: two chains at once need two. */
  chainId?: number
  /** By the rules of an OP stack: with deposits. */
  opStack?: boolean
  /** Whether a restart finds the chain again: what is written for that, each second, grows with it. Yes, where nothing is said. */
  lasting?: boolean
  onDeath?: OnServerDeath
}

/**
 * Starts an anvil of our own on a free loopback port, with accounts of its data folder only, so that no well-known key
 * holds anything. Blocks come by time: automatic mining is unstable under load.
 */
export async function startAnvil(options: AnvilOptions): Promise<EmbeddedChain> {
  mkdirSync(options.dir, { recursive: true })
  const accounts = keepChainAccounts(options.dir)
  const server = await restartable('anvil', port => startOn(port ?? anyPort, accounts, options))
  return Object.assign(server, { accounts })
}

async function startOn(
  port: number,
  accounts: ChainAccounts,
  { dir, blockTimeS, chainId, opStack = false, lasting = true, onDeath }: AnvilOptions,
): Promise<StartedServer> {
  // anvil leaves gigabytes of states in the temporary folder of whoever runs it: it gets one of its own, emptied here.
  const tmpDir = join(dir, 'tmp')
  rmSync(tmpDir, { recursive: true, force: true })
  mkdirSync(tmpDir, { recursive: true })
  const stateFile = join(dir, 'state.json')
  if (lasting) restoreDump(stateFile)
  const server = startServerProcess({
    name: 'anvil',
    command: anvilBinary(),
    args: [
      ...anvilArgs(port, blockTimeS),
      ...(lasting ? ['--state', stateFile, '--state-interval', String(DUMP_INTERVAL_S)] : []),
      ...(chainId ? ['--chain-id', String(chainId)] : []),
      ...(opStack ? ['--optimism'] : []),
    ],
    dir,
    env: { ...process.env, TMPDIR: tmpDir, HOME: dir },
    insteadOf: 'ETH_RPC_URL',
    onDeath,
  })
  const url = await server.until('start', async () => listeningUrl(server.logFile))
  await server.until('first answer', () => fund(url, accounts.addresses))
  const kept = lasting ? keepDump(stateFile) : null
  const stop = async () => {
    kept?.stop()
    await server.stop()
  }
  return { url, pid: server.pid, stop }
}

function anvilArgs(port: number, blockTimeS: number): string[] {
  return [
    ...['--port', String(port), '--accounts', '0'],
    ...['--block-time', String(blockTimeS), '--gas-limit', String(BLOCK_GAS)],
    ...['--slots-in-an-epoch', '1', '--prune-history', String(STATES_KEPT)],
    '--no-request-size-limit',
  ]
}

/**
 * The platform's own executable: the npm wrapper around it would be a second process, which can leave it behind.
 */
function anvilBinary(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const platformPackage = `@foundry-rs/anvil-${process.platform}-${arch}`
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'))
  try {
    return fromWrapper.resolve(`${platformPackage}/bin/anvil`)
  } catch (cause) {
    throw new EntenteError('STACK_SERVER_MISSING', `anvil has no package ${platformPackage} (or set ETH_RPC_URL)`, {
      cause,
    })
  }
}

/** anvil chooses its port and prints it. */
function listeningUrl(logFile: string): string | undefined {
  const address = /Listening on (127\.0\.0\.1:\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1]
  return address === undefined ? undefined : `http://${address}`
}

/** Gives every account its balance; the same after a restart. Undefined while anvil does not answer yet. */
async function fund(url: string, addresses: string[]): Promise<true | undefined> {
  const balance = `0x${ACCOUNT_BALANCE_WEI.toString(16)}`
  const batch = addresses.map((address, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'anvil_setBalance',
    params: [address, balance],
  }))
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(batch),
  }).catch(() => undefined)
  return response?.ok ? true : undefined
}
