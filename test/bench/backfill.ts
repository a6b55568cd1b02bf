import { type HDNodeWallet, id } from 'ethers'
import { ABIS } from '../../contracts/abis.ts'
import { decodeLog, encodeCall } from '../../contracts/bindings.ts'
import { readBlock } from '../../gateway/block.ts'
import { type ReadEventsOptions, readEvents } from '../../gateway/read-events.ts'
import { plantReceipts } from '../../gateway/receipts-trie.ts'
import { connectRpc, type Rpc } from '../../gateway/rpc.ts'
import type { Hex } from '../../protocol/hash.ts'
import { openLog } from '../../stack/log.ts'
import { type Ground, withGround } from '../harness/gateway-ground.ts'

const blocks = 600
/** Of others, in each block, each with a log. */
const foreign = 20
/** One in so many blocks has an event of ours as well. */
const oursEach = 20
/** The token counts as somebody else's here. */
const elsewhere = `0x${'ee'.repeat(20)}`
const log = openLog('backfill', { LOG_LEVEL: 'warn' })

/**
 * Catching up over blocks that are full of others' logs, each checked: with the receipts of every block, and with those
 * only where the bloom does not rule out that there is something of ours.
 */
export function benchBackfill() {
  return withGround(
    async ground => {
      const rpc = connectRpc(ground.chain.url, { timeoutMs: 60_000 })
      await rpc('evm_setIntervalMining', [0])
      const from = Number(await rpc<Hex>('eth_blockNumber', [])) + 1
      await fill(ground, rpc)
      const place = { rules: 'ethereum' as const, addresses: { ...ground.addresses, EntenteToken: elsewhere } }
      const options = { from, to: from + blocks - 1, ...place, log, head: { block: () => undefined } }
      const all = await measure(rpc, counted => everyBlock(counted, options))
      const some = await measure(rpc, counted => readEvents({ ...options, rpc: counted }))
      if (all.events !== some.events) throw new Error(`${all.events} events by receipts, ${some.events} by blooms`)
      return [
        { 'receipts of': 'every block', ...all },
        { 'receipts of': 'blocks that the bloom does not rule out', ...some },
      ]
    },
    { blockTimeS: 60 },
  )
}

async function fill(ground: Ground, rpc: Rpc): Promise<void> {
  const [others, ours] = [ground.freshAccount(), ground.freshAccount()]
  const chainId = BigInt(await rpc<Hex>('eth_chainId', []))
  const fees = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n, gasLimit: 300_000n }
  const register = id('register()').slice(0, 10)
  const send = async (wallet: HDNodeWallet, nonce: number, to: string, data: string) =>
    rpc('eth_sendRawTransaction', [await wallet.signTransaction({ ...fees, type: 2, chainId, nonce, to, data })])
  for (let block = 0; block < blocks; block += 1) {
    const sent = Array.from({ length: foreign }, (_, index) => {
      const nonce = block * foreign + index
      const spender: Hex = `0x${(nonce + 1).toString(16).padStart(40, '0')}`
      const data = encodeCall(ABIS.EntenteToken, 'approve', [spender, 1n])
      return send(others, nonce, ground.addresses.EntenteToken, data)
    })
    if (block % oursEach === 0) sent.push(send(ours, block / oursEach, ground.addresses.IdentityRegistry, register))
    await Promise.all(sent)
    await rpc('evm_mine', [])
  }
}

/** What checking comes to without a filter. */
async function everyBlock(rpc: Rpc, { from, to, addresses }: Omit<ReadEventsOptions, 'rpc'>) {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const found = await Promise.all(
    numbers.map(async number => {
      const { header, receipts } = await readBlock(rpc, number, 'ethereum')
      await plantReceipts(receipts, header.receiptsRoot, 'ethereum')
      return receipts.flatMap(({ logs }) => logs.filter(each => decodeLog(each, addresses) !== null))
    }),
  )
  return found.flat()
}

async function measure(rpc: Rpc, read: (rpc: Rpc) => Promise<readonly unknown[]>) {
  let [receipts, bytes] = [0, 0]
  const counted: Rpc = async <T>(method: string, params: readonly unknown[]) => {
    const answer = await rpc<T>(method, params)
    if (method === 'eth_getBlockReceipts') receipts += 1
    bytes += JSON.stringify(answer).length
    return answer
  }
  const startedMs = performance.now()
  const { length: events } = await read(counted)
  const tookMs = performance.now() - startedMs
  return {
    events,
    'receipts read': receipts,
    'MB read': bytes / 1e6,
    'blocks/s': Math.round((blocks * 1_000) / tookMs),
  }
}
