import { streams } from '../../protocol/subjects.ts'
import { endOf } from '../../stack/read-stream.ts'
import { entries, entriesIn, type TakeOverOptions } from './take-over.ts'

/** By which coordinators up to 0.1 shared the entries of all, before each saw to its own. */
const sharedConsumer = 'react'

/** What such coordinators left: all that none of them had acknowledged, whoever wrote it. */
export async function takeOverLeftBehind(options: TakeOverOptions): Promise<void> {
  const { jsm, log, writer: self, owed, words, effects } = options
  const consumer = await jsm.consumers.info(streams.tasks, sharedConsumer).catch(() => null)
  if (!consumer) return
  const stretch = { upTo: consumer.ack_floor.stream_seq, end: await endOf(jsm, entries) }
  const owing = await entriesIn(options, stretch, ({ writer }) => writer !== self)
  owed.takeOver(owing)
  await words.say()
  await jsm.consumers.delete(streams.tasks, sharedConsumer)
  log.info({ entries: owing.length }, 'sees to what coordinators of before had not acknowledged')
  effects.carry(owing)
}
