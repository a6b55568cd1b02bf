import { expect, it, onTestFinished } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import { callContract } from '../../../contracts/call-contract.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import { sourceChain, withTwoChains } from '../relay/two-chains.ts'
import { opStackWith } from './op-stack.ts'
import { startShapedNode } from './shape.ts'

const chains = withTwoChains()
const patience = { timeout: 30_000, interval: 100 }

it('what an OP stack said is proven on another chain, in a transaction and in a deposit that was forced from L1', async () => {
  const { a, b } = chains
  const outbox = a.deployment.addresses.Outbox.toLowerCase()
  const node = await startShapedNode(
    a.url,
    opStackWith(({ logs }) => logs.some(({ address }) => address === outbox)),
  )
  onTestFinished(() => node.stop())
  const gateway = await chains.start()
  onTestFinished(() => gateway.stop())
  const rpc = connectRpc(node.url, { timeoutMs: 2_000 })
  const stopAttesters = chains.startAttesters({ health: rpc, traffic: rpc, weather: rpc })
  onTestFinished(stopAttesters)
  // Anvil has blocks by the tag finalized, one behind its head.
  const relay = await chains.startRelay(node.url, 'op-stack')
  onTestFinished(() => relay.stop())

  const root = await chains.checkpoint(7)
  await chains.send('forced')
  const rootAt = () => {
    const args = [BigInt(sourceChain), 7n] as const
    return callContract(b.provider, b.deployment.addresses.ForeignLogs, ABIS.ForeignLogs, 'rootAt', args)
  }
  await expect.poll(rootAt, patience).toBe(root)
  await expect.poll(() => chains.taken(), patience).toBe(1n)
})
