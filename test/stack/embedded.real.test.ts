import { existsSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { connectBus } from '../../stack/bus.ts'
import { connectChain } from '../../stack/chain.ts'
import { readConfig } from '../../stack/config.ts'
import { type Stack, type StackOptions, startStack } from '../../stack/embedded/stack.ts'
import { connectRedis } from '../../stack/redis.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { isRunning, waitForEnd } from '../harness/is-running.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

async function start(options: StackOptions, env: Record<string, string> = {}): Promise<Stack> {
  const stack = await startStack(readConfig({ BLOCK_TIME_S: '0.1', ...env }), options)
  onTestFinished(() => stack.stop())
  return stack
}

const keptDump = (dir: string) => join(dir, 'chain', 'state.json.kept-0')

async function reconnected(nc: NatsConnection): Promise<void> {
  for await (const { type } of nc.status()) if (type === 'reconnect') return
}

async function until(come: () => boolean): Promise<void> {
  while (!come()) await sleep(50)
}

const connect = (stack: Stack) => connectBus({ url: stack.urls.nats, name: 'test', creds: stack.busCreds! })

describe('startStack', () => {
  test('keeps the log and the chain when it is stopped and started again', async () => {
    const dir = scratchDir('embedded')
    const before = await start({ dir })
    const nc = await connect(before)
    await ensureStreams(nc, { replicas: 1 })
    await jetstream(nc).publish(subjects.task('a'), 'accepted')
    await nc.close()
    const sent = await send(before)
    await before.stop()
    expect(before.pids.filter(isRunning)).toEqual([])

    const after = await start({ dir })
    expect(after.busAccount).toEqual(before.busAccount)
    expect(after.chainAccounts).toEqual(before.chainAccounts)
    const again = await connect(after)
    const consumer = await jetstream(again).consumers.get('TASKS')
    expect((await consumer.next())?.string()).toBe('accepted')
    await again.close()
    const chain = await connectChain(after.urls.chain)
    expect((await chain.getTransactionReceipt(sent))?.status).toBe(1)
    chain.destroy()
  })

  test('starts servers that were killed again in their places, with what they had', async () => {
    const dir = scratchDir('embedded')
    const stack = await start({ dir })
    const nc = await connect(stack)
    await ensureStreams(nc, { replicas: 1 })
    await jetstream(nc).publish(subjects.task('a'), 'accepted')
    const sent = await send(stack)
    await until(() => existsSync(keptDump(dir)) && readFileSync(keptDump(dir), 'utf8').includes(sent))
    const restored = reconnected(nc)
    const pids = stack.servers.map(({ pid }) => pid)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect(await waitForEnd(pids, 5_000)).toEqual([])
    // As a kill leaves it that comes while anvil writes.
    truncateSync(join(dir, 'chain', 'state.json'), 1_000)
    await Promise.all(stack.servers.map(server => server.restart()))

    // The connection that stood before stands again.
    await restored
    const consumer = await jetstream(nc).consumers.get('TASKS')
    expect((await consumer.next())?.string()).toBe('accepted')
    await nc.close()
    const redis = await connectRedis(stack.urls.redis)
    expect(await redis.ping()).toBe('PONG')
    redis.disconnect()
    const chain = await connectChain(stack.urls.chain)
    expect((await chain.getTransactionReceipt(sent))?.status).toBe(1)
    chain.destroy()
    await stack.stop()
    expect(stack.servers.map(({ pid }) => pid).filter(isRunning)).toEqual([])
  })

  test('keeps secrets in files that only their owner reads', async () => {
    const dir = scratchDir('embedded')
    await start({ dir })
    for (const file of ['nats/nats-trust.json', 'chain/chain-accounts.json', 'redis/redis.conf', 'nats/nats.conf']) {
      expect(statSync(join(dir, file)).mode & 0o077, file).toBe(0)
    }
  })

  test('starts only what the configuration does not point elsewhere', async () => {
    const elsewhere = await start({ dir: scratchDir('embedded') })
    const { nats, redis } = elsewhere.urls
    const stack = await start({ dir: scratchDir('embedded') }, { NATS_URL: nats, REDIS_URL: redis })
    expect(stack.pids).toHaveLength(1)
    expect(stack.urls).toMatchObject({ nats, redis })
    expect(stack.busAccount).toBeUndefined()
  })

  test('tells of a server that dies, with the end of its log', async () => {
    const { promise, resolve } = Promise.withResolvers<EntenteError>()
    const stack = await start({ dir: scratchDir('embedded'), onDeath: resolve })
    process.kill(stack.pids.at(-1)!, 'SIGKILL')
    expect(await promise).toMatchObject({
      code: 'STACK_SERVER_DIED',
      message: expect.stringMatching(/SIGKILL.*its log ends with:/s),
    })
  })

  test('names a server that is not installed, and leaves none of the others running', async () => {
    const dir = scratchDir('embedded')
    const { PATH } = process.env
    onTestFinished(() => {
      process.env.PATH = PATH
    })
    process.env.PATH = '/nonexistent'
    await expect(startStack(readConfig({}), { dir })).rejects.toMatchObject({ code: 'STACK_SERVER_MISSING' })
  })
})

/** Sends one transfer between the funded accounts and waits for its block. */
async function send({ urls, chainAccounts }: Stack): Promise<string> {
  const chain = await connectChain(urls.chain)
  const { mnemonic, path } = chainAccounts!
  const wallet = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(mnemonic), `${path}/0`).connect(chain)
  const sent = await wallet.sendTransaction({ to: chainAccounts!.addresses[1]!, value: 1n })
  await sent.wait()
  chain.destroy()
  return sent.hash
}
