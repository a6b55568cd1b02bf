import type { Address } from '../protocol/ids.ts'
import { carry } from './carry.ts'
import { senderOf } from './estimate.ts'
import type { Pipeline } from './pipeline.ts'

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
