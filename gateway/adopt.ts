import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../protocol/ids.ts'
import { carry } from './carry.ts'
import { senderOf } from './estimate.ts'
import { type Pipeline, store } from './pipeline.ts'
import { work } from './work.ts'

/** What was begun under a number is stored long before; an estimate that waits for others may take longer, and takes none. */
const BEGUN_MS = 2_000

/** Takes into hand what is open for the signers that are numbered for here, whoever has admitted it or worked on it. */
export function adopt(pipeline: Pipeline): void {
  for (const { life, lastSeq } of pipeline.ledger.open()) {
    if (pipeline.desk.get(life.messageId) || !pipeline.leases.holds(senderOf(pipeline, life))) continue
    void carry(pipeline, pipeline.desk.take(life, lastSeq))
  }
}

/** Lets go of a signer's messages: another gateway carries them. */
export function release(pipeline: Pipeline, signer: Address): void {
  for (const message of pipeline.desk.all()) {
    if (senderOf(pipeline, message.life) === signer) pipeline.desk.release(message)
  }
}

/** Ends what is being done for a signer, and stores what was seen, before another gateway carries its messages. */
export async function putDown(pipeline: Pipeline, signer: Address): Promise<void> {
  const messages = pipeline.desk.all().filter(({ life }) => senderOf(pipeline, life) === signer)
  const { signal } = pipeline
  const tooLong = sleep(BEGUN_MS, undefined, { signal }).catch(() => {})
  await Promise.race([Promise.all(messages.map(message => message.turn)), tooLong])
  const news = messages.filter(({ noted, busy }) => noted.length > 0 && busy === 0)
  await Promise.all(news.map(message => work(pipeline, message, () => store(pipeline, message))))
}
