import { chmodSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { jetstreamManager } from '@nats-io/jetstream'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { afterEach, expect, test } from 'vitest'
import { sealKeystore } from '../../../gateway/keys/keystore.ts'
import { explainError } from '../../../protocol/errors.ts'
import { fromHex, type Hex } from '../../../protocol/hash.ts'
import { streams } from '../../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { type Child, startProcess } from '../../../stack/process.ts'
import { mint, statesOf } from '../token.ts'
import { withGateway } from '../with-gateway.ts'
import { type SigningServer, startSigningServer } from './signing-server.ts'

const { world } = withGateway()
const entry = fileURLToPath(new URL('../../../gateway/main.ts', import.meta.url))
const password = 'correct horse battery staple'
const running: Child<unknown>[] = []
let remote: SigningServer | undefined

afterEach(async () => {
  await Promise.all(running.splice(0).map(child => child.stop()))
  await remote?.stop()
})

const file = (name: string, text: string, mode = 0o600) => {
  const path = join(world().servers.dir, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

/** A gateway of its own that says all it can; rejects as the process says that it cannot start. */
async function startLoud(keys: string): Promise<Child<unknown>> {
  const { servers, deployment } = world()
  const child = await startProcess({
    name: 'loud-gateway',
    entry,
    dir: servers.dir,
    env: {
      NATS_URL: servers.stack.urls.nats,
      NATS_CREDS: file('loud.creds', servers.stack.busCreds!),
      ETH_RPC_URL: servers.stack.urls.chain,
      CONTRACT_REGISTRY: deployment.registry,
      ENTENTE_KEYS: keys,
      LOG_LEVEL: 'trace',
      // What Node writes of a process for whoever looks for a fault in it.
      NODE_OPTIONS: `--report-on-signal --report-directory=${servers.dir}`,
    },
  })
  running.push(child)
  return child
}

/** Every way in which a key may be written. */
function writings(key: Hex): string[] {
  const bytes = fromHex(key)
  const hex = bytes.toString('hex')
  return [
    hex,
    hex.toUpperCase(),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    BigInt(key).toString(),
  ]
}

async function storedText(): Promise<string> {
  const jsm = await jetstreamManager(world().nc)
  let text = ''
  for (const stream of [streams.chainTx, streams.chainEvents, 'KV_signers', 'KV_cursors']) {
    const { state } = await jsm.streams.info(stream)
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
      text += (await jsm.streams.getMessage(stream, { seq }))?.string() ?? ''
    }
  }
  return text
}

test('whatever goes wrong, no key is in a log, an error, a report or a record', async () => {
  const { servers, nc, governor } = world()
  const { mnemonic, path } = servers.stack.chainAccounts!
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(mnemonic), path)
  const [governorKey, relayerKey] = [1, 2].map(index => parent.deriveChild(index).privateKey) as [Hex, Hex]
  const said: string[] = []
  const refused = async (keys: string) => {
    said.push(
      await startLoud(keys).then(
        () => 'it started',
        error => `${explainError(error)}\n${error.stack}`,
      ),
    )
  }

  // Files that are no good.
  await refused(file('broken.json', `{"relayer": ${relayerKey}`))
  await refused(file('long.json', JSON.stringify({ relayer: `${relayerKey}00`, governor: governorKey })))
  await refused(file('swapped.json', JSON.stringify({ [relayerKey]: 'relayer', relayer: { keystore: governorKey } })))
  await refused(file('open.json', JSON.stringify({ relayer: relayerKey }), 0o644))
  const right = file('right.password', password)
  file('relayer.v3.json', await sealKeystore(relayerKey, right, { N: 1024, r: 8, p: 1 }))
  const keystore = { relayer: { keystore: 'relayer.v3.json', password: 'wrong.password' } }
  file('wrong.password', `${password}!`)
  await refused(file('locked.json', JSON.stringify(keystore)))
  await refused(
    file('nobody.json', JSON.stringify({ relayer: { web3signer: 'http://127.0.0.1:1', address: governor } })),
  )
  expect(said.every(text => /^(KEY_INVALID|FILE_UNREADABLE|SIGNER_UNREACHABLE): /.test(text))).toBe(true)

  // A remote signer that dies and answers with another key, a call that reverts, a gateway that is killed.
  remote = await startSigningServer(governorKey)
  const list = {
    relayer: { keystore: 'relayer.v3.json', password: 'right.password' },
    governor: { web3signer: remote.url, address: governor },
  }
  const keys = file('good.json', JSON.stringify(list))
  const first = await startLoud(keys)
  remote.inject('down', 'down', 'down', 'wrong', 'garbage')
  const { messageId } = await submitIntent(nc, mint(world(), 'through all of it'), { timeoutMs: 20_000 })
  await expect.poll(() => remote!.asked.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(4)
  process.kill(first.pid, 'SIGUSR2')
  await expect.poll(() => globSync('report.*.json', { cwd: servers.dir }), { timeout: 10_000 }).toHaveLength(1)
  process.kill(first.pid, 'SIGKILL')
  await first.stop()
  await startLoud(keys)
  const reverting = { ...mint(world(), 'reverts'), args: [`0x${'00'.repeat(20)}`, '1'] }
  const rejected = (await submitIntent(nc, reverting, { timeoutMs: 20_000 })).messageId
  await awaitOutcome(nc, messageId, { timeoutMs: 30_000 })
  said.push(await awaitOutcome(nc, rejected, { timeoutMs: 30_000 }).then(() => 'it went through', explainError))
  expect(await statesOf(world(), rejected)).toContain('REJECTED')

  const logs = globSync(['loud-gateway.log', 'report.*.json'], { cwd: servers.dir })
  const written = logs.map(name => readFileSync(join(servers.dir, name), 'utf8')).join('\n')
  expect(written).toContain('will be tried again')
  expect(written).toContain('SIGNER_WRONG')
  const everything = [written, ...said, await storedText()].join('\n')
  expect(everything).toContain(messageId)
  for (const secret of [...writings(governorKey), ...writings(relayerKey), mnemonic, password]) {
    expect(everything.includes(secret), 'a secret was written').toBe(false)
  }
})
