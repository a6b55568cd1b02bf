import { expect, onTestFinished, test } from 'vitest'
import { quantity, type RpcHeader } from '../../../gateway/block.ts'
import { connectRpc, type Rpc } from '../../../gateway/rpc.ts'
import { startAnvil } from '../../../stack/embedded/anvil.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { startFaultProxy } from '../fault-proxy.ts'
import { forged, openOver, slow, standings } from './open-over.ts'

/** Never, as far as a test goes. */
const aDayS = 86_400

test('a node that makes up a chain, and votes for the true one, is found out', async () => {
  // It grows by hand: which block is voted on depends on how far the chain is.
  const dir = scratchDir('made-up-chain')
  const chain = await startAnvil({ dir, blockTimeS: aDayS })
  onTestFinished(() => chain.stop())
  const trueRpc = connectRpc(chain.url, { timeoutMs: 5_000 })
  const mine = () => trueRpc('evm_mine', [])
  const [liar, ...honest] = await Promise.all([1, 2, 3].map(() => startFaultProxy(chain.url)))
  onTestFinished(async () => {
    await Promise.all([liar!, ...honest].map(proxy => proxy.stop()))
  })
  for (let block = 1; block <= 3; block++) await mine()
  const nodes = await openOver(dir, liar!.url, ...honest.map(({ url }) => url))
  const head = async () => Number(await nodes.rpc('eth_blockNumber', []))
  await expect.poll(head, { ...slow, timeout: 5_000 }).toBe(3)
  const base = 4
  const made = new Map<number, RpcHeader>()
  // Each block is made up once, upon the one that was made up before; whoever asks again gets the true one.
  liar!.alter((method, result, params) => {
    const number = Number(params[0])
    if (method !== 'eth_getBlockByNumber' || result === null || made.has(number) || !(number >= base)) return result
    const parentHash = made.get(number - 1)?.hash ?? (result as RpcHeader).parentHash
    made.set(number, forged({ ...(result as RpcHeader), parentHash }))
    return made.get(number)
  })
  const block = (rpc: Rpc, number: number) => rpc<RpcHeader>('eth_getBlockByNumber', [quantity(number), false])
  const give = (number: number) => block(nodes.rpc, number)
  /** Without a head they are asked last, so the liar is the first: which is fast does not matter. */
  async function outrank(): Promise<void> {
    for (const proxy of honest) {
      proxy.alter((_, result, params) => {
        if (params[0] === 'latest') throw new Error('no head is told')
        return result
      })
    }
    await expect.poll(() => standings(nodes).slice(1), slow).toEqual(['silent', 'silent'])
  }

  await outrank()
  await mine()
  const first = await give(base)
  await mine()
  const second = await give(base + 1)
  expect([first, second]).toEqual([made.get(base), made.get(base + 1)])
  for (const proxy of honest) proxy.alter()
  await mine()
  // The vote is on block `base`, of which the liar says the truth now.
  await expect.poll(head, { ...slow, timeout: 5_000 }).toBe(base + 2)
  await outrank()
  const third = await give(base + 2)
  expect(third).toEqual(await block(trueRpc, base + 2))
  expect(made.has(base + 2)).toBe(true)
  expect(nodes.list()[0]).toMatchObject({ standing: 'out', why: expect.stringContaining('does not descend') })
})
