import type { JetStreamManager } from '@nats-io/jetstream'
import { type Anchor, anchorOf } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { readRecords } from '../../stack/chain-records.ts'

/** The proof that the gateway kept of a final message. */
export async function proofOf({ jsm }: { readonly jsm: JetStreamManager }, messageId: Hex): Promise<Anchor> {
  const records = await readRecords(jsm, messageId)
  const proof = records.map(({ record }) => record.proof).find(each => each !== undefined)
  if (!proof) throw new Error(`the gateway has no proof of message ${messageId} yet`)
  return anchorOf(proof)
}
