import { jetstreamManager } from '@nats-io/jetstream'
import { decodeLog } from '../../contracts/bindings.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readStream } from '../../stack/read-stream.ts'
import type { World } from './with-gateway.ts'

/** All that gateways have published so far, in the order of the stream. */
export async function published({ nc }: World): Promise<ChainEvent[]> {
  const { state } = await (await jetstreamManager(nc)).streams.info(streams.chainEvents)
  const events: ChainEvent[] = []
  const stopping = new AbortController()
  const place = { stream: streams.chainEvents, subject: subjects.chainEvent('*', '*'), after: 0 }
  if (state.messages === 0) return events
  for await (const batch of readStream(nc, { ...place, signal: stopping.signal })) {
    for (const { data } of batch) events.push(ChainEvent.parse(JSON.parse(Buffer.from(data).toString())))
    if (events.length >= state.messages) stopping.abort()
  }
  return events
}

export const placeOf = (event: { blockHash: string; logIndex: number }) => `${event.blockHash}:${event.logIndex}`

/** What the chain itself has of our contracts, from its first block to that of the last event that was published. */
export async function onChain({ rpc, deployment }: World, { blockNumber }: ChainEvent): Promise<string[]> {
  type Log = { address: string; topics: string[]; data: string; blockHash: string; logIndex: string }
  const logs = await rpc<Log[]>('eth_getLogs', [{ fromBlock: '0x0', toBlock: `0x${blockNumber.toString(16)}` }])
  const ours = logs.filter(log => decodeLog(log, deployment.addresses) !== null)
  return ours.map(log => placeOf({ ...log, logIndex: Number(log.logIndex) }))
}
