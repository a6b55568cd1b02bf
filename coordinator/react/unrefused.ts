import type { JetStreamManager } from '@nats-io/jetstream'
import { type ChainIntent, messageIdOf } from '../../protocol/chain-message.ts'
import { readOutcome } from '../../stack/chain-intent.ts'

export type MessageKey = Pick<ChainIntent, 'tenant' | 'operation' | 'businessId'>

/**
 * A message that was refused stays so: each try that a person asks for is one of its own, named by its number.
 * @returns the key of the first that was not refused: carried out, under way, or not sent yet
 */
export async function unrefused(jsm: JetStreamManager, key: MessageKey): Promise<MessageKey> {
  for (let attempt = 0; ; attempt++) {
    const each = attempt === 0 ? key : { ...key, businessId: `${key.businessId}/${attempt}` }
    const outcome = await readOutcome(jsm, messageIdOf(each))
    if (!outcome || outcome.state === 'FINAL') return each
  }
}
