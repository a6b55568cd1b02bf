import { setTimeout as sleep } from 'node:timers/promises'
import type { Rpc } from '../../gateway/rpc.ts'
import type { Address } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { insist } from '../../stack/chain-intent.ts'
import type { FaultProxy } from '../gateway/fault-proxy.ts'
import { addressOf, type Ground } from '../harness/gateway-ground.ts'
import type { Random } from '../harness/seeded.ts'
import type { Gateways } from './gateways.ts'

export interface FaultGround {
  readonly ground: Ground
  readonly proxy: FaultProxy
  readonly gateways: Gateways
  /** To the node itself, past the proxy. */
  readonly rpc: Rpc
  readonly random: Random
}

type Fault = (on: FaultGround) => Promise<unknown>

/** Less than the finality depth, so that the chain may take it back. */
const deepestReorg = 2
const plenty = `0x${(10n ** 24n).toString(16)}`
const dear = `0x${(10n ** 11n).toString(16)}`
const wrongHash = `0x${'5'.repeat(64)}`

/** Everything that may go wrong, by name; each is over when its promise is. */
export const faults: Readonly<Record<string, Fault>> = {
  'requests are lost': ({ proxy, random }) => during(300 + random.below(500), proxy, 'lose-request'),
  'answers are lost': ({ proxy, random }) => during(300 + random.below(500), proxy, 'lose-answer'),
  'the node stands still': ({ proxy, random }) => during(500 + random.below(1_500), proxy, 'hold'),
  'the node gives wrong hashes': async ({ proxy }) => {
    proxy.alter((method, result) => (method === 'eth_sendRawTransaction' ? wrongHash : result))
    await sleep(500)
    proxy.alter()
  },
  'the node loses its pool': ({ rpc }) => rpc('anvil_dropAllTransactions', []),
  'the chain takes blocks back': ({ rpc, random, ground }) =>
    ground.mining!.between(() => rpc('anvil_reorg', [1 + random.below(deepestReorg), []])),
  'the base fee jumps': ({ rpc }) => rpc('anvil_setNextBlockBaseFeePerGas', [dear]),
  'a signer runs out of funds': async ({ rpc, ground, random }) => {
    const sender = senderIn(ground, random)
    await rpc('anvil_setBalance', [sender, '0x0'])
    await sleep(1_000)
    await rpc('anvil_setBalance', [sender, plenty])
  },
  'a gateway is killed': ({ gateways, random }) => gateways.kill(random.below(gateways.count)),
  'a gateway stands still': ({ gateways, random }) =>
    gateways.standStill(random.below(gateways.count), 500 + random.below(4_000)),
}

/** What goes wrong with keys of a pool besides. */
export const poolFaults: typeof faults = {
  ...faults,
  'a key is frozen': async ({ ground: { nc, ...ground }, random }) => {
    const sender = senderIn(ground, random)
    const asking = { timeoutMs: 30_000 }
    await insist(nc, subjects.chainKey(sender), { do: 'freeze', reason: 'a drill' }, asking)
    await sleep(2_000)
    await insist(nc, subjects.chainKey(sender), { do: 'thaw' }, asking)
  },
}

function senderIn({ senders }: Pick<Ground, 'senders'>, random: Random): Address {
  return addressOf(senders.length > 1 ? random.pick(senders) : senders[0]!)
}

async function during(ms: number, proxy: FaultProxy, fault: 'lose-request' | 'lose-answer' | 'hold'): Promise<void> {
  proxy.inject(() => fault)
  await sleep(ms)
  proxy.inject()
  proxy.release()
}

/** Lets one thing after the other go wrong until the signal; how often each did. */
export async function letFail(on: FaultGround, everyMs: number, signal: AbortSignal): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const all = on.ground.senders.length > 1 ? poolFaults : faults
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    const name = on.random.pick(Object.keys(all))
    counts[name] = (counts[name] ?? 0) + 1
    await all[name]!(on)
  }
  return counts
}
