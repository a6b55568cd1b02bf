import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { connectChain } from '../../stack/chain.ts'
import { freePort } from '../../stack/embedded/free-port.ts'
import { connectRedis } from '../../stack/redis.ts'
import { withStack } from '../harness/with-stack.ts'

const own = withStack()

describe('connectChain', () => {
  test('knows the chain, its funded accounts, its receipts and its proofs', async () => {
    const chain = await connectChain(own.stack.urls.chain)
    expect((await chain.getNetwork()).chainId).toBe(31337n)
    const { addresses } = own.stack.chainAccounts!
    expect(addresses).toHaveLength(32)
    const balances = await Promise.all(addresses.map(address => chain.getBalance(address)))
    expect(balances.every(balance => balance === 10n ** 24n)).toBe(true)
    expect(await chain.send('eth_getBlockReceipts', ['latest'])).toEqual([])
    const proof = await chain.send('eth_getProof', [addresses[0], [], '0x0'])
    expect(proof.accountProof.length).toBeGreaterThan(0)
    chain.destroy()
  })

  test('holds no well-known key that anyone could spend', async () => {
    const chain = await connectChain(own.stack.urls.chain)
    expect(await chain.send('eth_accounts', [])).toEqual([])
    // The first account of the mnemonic that development nodes share.
    expect(await chain.getBalance('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266')).toBe(0n)
    chain.destroy()
  })

  test('says where there is no node, or something else', async () => {
    const stranger = createServer((_, response) => response.end('{"hello":"world"}')).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    const [nobody, notNode] = await Promise.allSettled([
      connectChain(`http://127.0.0.1:${await freePort()}`),
      connectChain(`http://127.0.0.1:${port}/v2/my-api-key`),
    ])
    stranger.close()
    expect(nobody).toMatchObject({ status: 'rejected', reason: { code: 'CHAIN_UNREACHABLE' } })
    expect(notNode).toMatchObject({ status: 'rejected', reason: { code: 'CHAIN_UNREACHABLE' } })
    expect(String((notNode as PromiseRejectedResult).reason)).not.toContain('my-api-key')
  })
})

describe('connectRedis', () => {
  test('reads what it wrote', async () => {
    const redis = await connectRedis(own.stack.urls.redis)
    await redis.set('a', '1', 'EX', 60)
    expect(await redis.get('a')).toBe('1')
    redis.disconnect()
  })

  test('says where there is no server, or it refuses us, without the password', async () => {
    const wrongPassword = own.stack.urls.redis.replace(/:[^:@]+@/, ':wrong@')
    for (const url of [`redis://:wrong@127.0.0.1:${await freePort()}`, wrongPassword]) {
      await expect(connectRedis(url)).rejects.toSatisfy(error => {
        const { code, message } = error as { code: string; message: string }
        return code === 'REDIS_UNREACHABLE' && !message.includes(':wrong')
      })
    }
  })
})
