import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GasChain, startGasChain } from '../../contracts/gas/chain.ts'
import { sendAll } from '../../contracts/send-all.ts'

let chain: GasChain

beforeAll(async () => {
  chain = await startGasChain()
})
afterAll(() => chain?.stop())

it('a transaction that the pool has lost is sent again', async () => {
  const [sender, receiver] = [await chain.wallet(0), await chain.wallet(1)]
  const before = await chain.provider.getBalance(receiver.address)
  const intent = { what: 'pay', to: receiver.address, data: '0x', gasLimit: 21_000n, value: 7n }
  const sent = sendAll(sender, [intent, intent])
  const pooled = async () => {
    const { pending } = await chain.provider.send('txpool_content', [])
    return Object.values(Object.values(pending as object)[0] ?? {}) as { hash: string }[]
  }
  while ((await pooled()).length < 2) await sleep(10)
  const [first] = await pooled()
  await chain.provider.send('anvil_dropTransaction', [first!.hash])
  await chain.mineDuring(sent)
  expect(await chain.provider.getBalance(receiver.address)).toBe(before + 14n)
})
