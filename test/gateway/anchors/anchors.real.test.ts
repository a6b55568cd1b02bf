import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import { encodeCall } from '../../../contracts/bindings.ts'
import { checkAnchoredItem } from '../../../evidence/check-anchored-item.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import { AnchoredItem, BatchState, ClosedTree, itemsAtOnce } from '../../../protocol/anchoring.ts'
import { Differences } from '../../../protocol/chain-difference.ts'
import { fromHex, type Hex, toHex } from '../../../protocol/hash.ts'
import { domainToBytes32 } from '../../../protocol/ids.ts'
import { hashLeaf, rootOfInclusion } from '../../../protocol/merkle.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { awaitAnchored, type Batch, proofsOf, submitItems } from '../../../stack/anchor-items.ts'
import { ask } from '../../../stack/ask.ts'
import { askChainInfo } from '../../../stack/chain-info.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import { readStream } from '../../../stack/read-stream.ts'
import { killOutright, startGatewayProcess } from '../gateway-process.ts'
import { statesOf } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 30_000 }
const asking = { timeoutMs: 5_000, silence: 'CHAIN_SLOW' } as const
let gateway: Gateway | undefined

afterEach(async () => {
  await gateway?.stop()
  gateway = undefined
})

const startGathering = async (items: number, ms: number) => {
  gateway = await start({ trees: { items, ms } })
}
const itemsOf = (name: string, count: number) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => createHash('sha256').update(`${name} ${index}`).digest()))
const batchOf = (name: string, count: number): Batch => ({
  tenant: 'coordinator',
  businessId: name,
  items: itemsOf(name, count),
})
const contract = () => world().deployment.addresses.Anchors.toLowerCase() as Hex

/** All of a batch's items lead to its root, and the proofs of some hold; the block is the chain's. */
async function checkAll(batch: Batch): Promise<AnchoredItem[]> {
  const anchored = await awaitAnchored(world().nc, batch, patience)
  const proofOf = proofsOf(anchored, batch.items)
  const proofs = Array.from({ length: batch.items.length / 32 }, (_, item) => AnchoredItem.parse(proofOf(item)))
  for (const [index, { item, index: at, size, root, path }] of proofs.entries()) {
    expect(item).toBe(toHex(batch.items.subarray(index * 32, index * 32 + 32)))
    expect(rootOfInclusion(hashLeaf(fromHex(item)), at, size, path)).toBe(root)
  }
  for (const proof of [proofs[0]!, proofs.at(-1)!]) expect(await checkAnchoredItem(proof, contract())).toEqual([])
  const { blockNumber, blockHash } = anchored.anchor
  const block = await world().rpc<{ hash: Hex }>('eth_getBlockByNumber', [`0x${blockNumber.toString(16)}`, false])
  expect(block.hash).toBe(blockHash)
  return proofs
}

async function trees(): Promise<ClosedTree[]> {
  const found: ClosedTree[] = []
  const { state } = await (await jetstreamManager(world().nc)).streams.info(streams.anchors)
  const stopping = new AbortController()
  const place = { stream: streams.anchors, after: 0, signal: stopping.signal }
  if (state.messages === 0) return found
  for await (const batch of readStream(world().nc, place)) {
    for (const { subject, data } of batch) {
      if (subject === subjects.anchorTree) found.push(parseJson(ClosedTree, data)!)
    }
    if (batch.some(({ seq }) => seq >= state.last_seq)) stopping.abort()
  }
  return found
}

/** Each item is in one tree, and no tree has another. */
async function checkTrees(items: number): Promise<void> {
  const all = await trees()
  expect(all.reduce((sum, { size }) => sum + size, 0)).toBe(items)
  for (const [index, tree] of all.entries()) expect(tree.after).toBe(all[index - 1]?.to ?? 0)
}

/** How many roots the chain has. */
async function anchoredOnChain(): Promise<number> {
  const filter = { fromBlock: '0x0', toBlock: 'latest', address: contract() }
  return (await world().rpc<unknown[]>('eth_getLogs', [filter])).length
}

let taken = 0
const submit = async (batch: Batch) => {
  taken += batch.items.length / 32
  return submitItems(world().nc, batch, patience)
}

describe('items that are submitted in bulk', () => {
  test('come back each with its proof to an anchored root, one root for many', async () => {
    await startGathering(1_000, 300)
    const batches = [batchOf('one', 1), batchOf('some', 37), batchOf('many', 700), batchOf('more', 300)]
    for (const batch of batches) expect((await submit(batch)).items).toBe(batch.items.length / 32)
    for (const batch of batches) await checkAll(batch)
    await checkTrees(taken)
    expect(await anchoredOnChain()).toBe((await trees()).length)
    expect((await trees()).length).toBeLessThanOrEqual(2)
  })

  test('are anchored as one message of the gateway, which is done with', async () => {
    await startGathering(1_000, 50)
    const batch = batchOf('closed', 3)
    await submit(batch)
    await awaitAnchored(world().nc, batch, patience)
    const differences = async () => Differences.parse(await ask(world().nc, subjects.chainDifferences, null, asking))
    await expect.poll(differences, { timeout: 5_000 }).toEqual({ unsettled: [], unheard: [], strays: [] })
  })

  test('are closed into a tree when there are as many as is configured, and no sooner', async () => {
    const env = { ENTENTE_ANCHOR_ITEMS: '8', ENTENTE_ANCHOR_SECONDS: '3600' }
    const child = await startGatewayProcess(world(), { env })
    onTestFinished(() => killOutright(child))
    const [first, second] = [batchOf('five of eight', 5), batchOf('three of eight', 3)]
    await submit(first)
    await sleep(1_500)
    const { businessId } = first
    const state = await ask(world().nc, subjects.chainAnchored(first.tenant), { businessId }, asking)
    expect(state).toMatchObject({ state: 'gathered' })
    await submit(second)
    await Promise.all([first, second].map(checkAll))
    expect((await trees()).at(-1)!.size).toBe(8)
  })

  test('under a key that is known are the same batch, or a conflict', async () => {
    await startGathering(1_000, 50)
    const batch = batchOf('twice', 5)
    const answers = await Promise.all([submit(batch), submit({ ...batch })])
    taken -= 5
    expect(answers[0]).toEqual(answers[1])
    const [first] = await checkAll(batch)
    expect(await submitItems(world().nc, batch, patience)).toEqual(answers[0])
    expect((await checkAll(batch))[0]).toEqual(first)
    await expect(submitItems(world().nc, { ...batch, items: itemsOf('other', 5) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
    // Another tenant's key is another key.
    const others = { ...batchOf('twice', 2), tenant: 'consortium' }
    await submit(others)
    await checkAll(others)
    await checkTrees(taken)
  })

  test('that are no items are refused, and so is what was never submitted', async () => {
    await startGathering(1_000, 50)
    const { nc } = world()
    const refused = (items: string) =>
      expect(
        ask(nc, subjects.chainAnchor('coordinator'), { businessId: 'wrong', items }, asking),
      ).rejects.toMatchObject({
        code: 'COMMAND_INVALID',
      })
    for (const wrong of ['', '0x', `0x${'ab'.repeat(31)}`, `0x${'AB'.repeat(32)}`, `0x${'zz'.repeat(32)}`]) {
      await refused(wrong)
    }
    await refused(`0x${'ab'.repeat(32 * (itemsAtOnce + 1))}`)
    await expect(awaitAnchored(nc, batchOf('never', 1), patience)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('are not proved by a proof in which anything is changed', async () => {
    await startGathering(1_000, 50)
    const batch = batchOf('changed', 9)
    await submit(batch)
    const [proof] = await checkAll(batch)
    const flipped = (hex: string): Hex => {
      const bytes = fromHex(hex)
      bytes[bytes.length - 1]! ^= 1
      return toHex(bytes)
    }
    const wrong: AnchoredItem[] = [
      { ...proof!, item: flipped(proof!.item) },
      { ...proof!, index: proof!.index + 1 },
      { ...proof!, size: proof!.size + 1 },
      { ...proof!, root: flipped(proof!.root) },
      { ...proof!, path: proof!.path.slice(1) },
      { ...proof!, contract: flipped(proof!.contract) },
      { ...proof!, anchor: { ...proof!.anchor, receipt: flipped(proof!.anchor.receipt) } },
      { ...proof!, anchor: { ...proof!.anchor, blockHash: flipped(proof!.anchor.blockHash) } },
    ]
    for (const [at, each] of wrong.entries()) {
      expect([at, await checkAnchoredItem(each, contract())]).not.toEqual([at, []])
    }
    expect(await checkAnchoredItem(proof!, flipped(contract()))).not.toEqual([])
  })

  test('what a stranger puts among them is no item, for whoever plants the tree again', async () => {
    await startGathering(1_000, 500)
    const batch = batchOf('beside junk', 4)
    world().nc.publish(subjects.anchorBatch('junk'), Buffer.from('no items'))
    await submit(batch)
    await checkAll(batch)
    await gateway!.stop()
    await startGathering(1_000, 50)
    await checkAll(batch)
    await checkTrees(taken)
  })
})

describe('a root that was refused', () => {
  const [active, frozen] = [1, 2]

  async function setStatus(status: number): Promise<void> {
    const { nc, rpc, governor, deployment } = world()
    const data = encodeCall(ABIS.ContractRegistry, 'setStatus', [domainToBytes32('Anchors'), status])
    await rpc('anvil_impersonateAccount', [governor])
    await rpc('eth_sendTransaction', [{ from: governor, to: deployment.registry, data }])
    const isActive = async () => 'Anchors' in (await askChainInfo(nc)).contracts
    await expect.poll(isActive, { timeout: 10_000 }).toBe(status === active)
  }

  /** The messages that were sent for a batch's root, one after the other, until there are so many. */
  async function attempts({ tenant, businessId }: Batch, count: number): Promise<Hex[]> {
    const ids = new Set<Hex>()
    const look = async () => {
      const found = BatchState.parse(await ask(world().nc, subjects.chainAnchored(tenant), { businessId }, asking))
      if (found.state === 'sent') ids.add(found.messageId)
      return ids.size
    }
    await expect.poll(look, { timeout: 20_000, interval: 50 }).toBe(count)
    return [...ids]
  }

  test('is sent again under further keys, and is anchored once, though a later root and a later gateway came first', async () => {
    await startGathering(1_000, 50)
    const before = await anchoredOnChain()
    const [early, late] = [batchOf('refused', 3), batchOf('not refused', 4)]
    await setStatus(frozen)
    await submit(early)
    // By now it rests for so long that the next comes before it.
    const sent = await attempts(early, 5)
    for (const messageId of sent.slice(0, -1)) expect((await statesOf(world(), messageId)).at(-1)).toBe('REJECTED')
    await setStatus(active)
    await submit(late)
    await checkAll(late)
    await gateway!.stop()
    await startGathering(1_000, 50)
    await checkAll(early)
    expect(await anchoredOnChain()).toBe(before + 2)
    await checkTrees(taken)
  }, 120_000)
})

describe('a gateway that dies', () => {
  test('by kill -9, again and again, loses no item that it took, and puts none in two trees', async () => {
    const running = { child: await startGatewayProcess(world()) }
    onTestFinished(() => killOutright(running.child))
    const before = (await trees()).length
    const batches: Batch[] = []
    let killing = true
    const sending = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (killing) {
          const batch = batchOf(`killed ${batches.length}`, 20 + batches.length)
          batches.push(batch)
          await submit(batch)
          await sleep(40)
        }
      }),
    )
    for (let kills = 1; kills <= 3; kills += 1) {
      // In the middle of a tree, with the one before it on its way to the chain.
      await expect
        .poll(async () => (await trees()).length, { timeout: 20_000, interval: 20 })
        .toBeGreaterThan(before + kills)
      await sleep(100 * kills)
      await killOutright(running.child)
      running.child = await startGatewayProcess(world())
    }
    killing = false
    await sending
    for (const batch of batches) await checkAll(batch)
    await checkTrees(taken)
    // Each tree is anchored once.
    expect(await anchoredOnChain()).toBe((await trees()).length)
  }, 120_000)

  test('two gateways with the same keys gather one after the other, and both answer', async () => {
    const both = [await start({ trees: { items: 500, ms: 50 } }), await start({ trees: { items: 500, ms: 50 } })]
    onTestFinished(async () => void (await Promise.all(both.map(each => each.stop()))))
    const batches = Array.from({ length: 20 }, (_, index) => batchOf(`both ${index}`, 40))
    await Promise.all(batches.slice(0, 10).map(submit))
    await both[0]!.stop()
    await Promise.all(batches.slice(10).map(submit))
    for (const batch of batches) await checkAll(batch)
    await checkTrees(taken)
    expect(await anchoredOnChain()).toBe((await trees()).length)
  })
})
