import type { JetStreamManager, MsgRequest } from '@nats-io/jetstream'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'

/** Place in the stream of the first event of a block or after it; of the next event to come, where there is none yet. */
export async function firstSequence(jsm: JetStreamManager, from: number | 'now'): Promise<number> {
  const { state } = await jsm.streams.info(streams.chainEvents)
  const end = state.last_seq + 1
  if (from === 'now') return end
  let low = Math.max(state.first_seq, 1)
  let high = end
  // Blocks only grow along the stream. Everything before `low` is of an older block, nothing from `high` on is.
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const found = await firstEventFrom(jsm, middle)
    if (found === null || found.blockNumber >= from) high = middle
    else low = found.sequence + 1
  }
  return low
}

/** Passes over what strangers got into the stream by a reply subject. */
async function firstEventFrom(jsm: JetStreamManager, from: number) {
  for (let seq = from; ; seq++) {
    const request = { seq, next_by_subj: subjects.chainEvent('*', '*') } as MsgRequest
    const message = await jsm.streams.getMessage(streams.chainEvents, request)
    if (message === null) return null
    const event = parseJson(ChainEvent, message.data)
    if (event !== null) return { sequence: message.seq, blockNumber: event.blockNumber }
    seq = message.seq
  }
}
