import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Hex } from '../protocol/hash.ts'
import { completeMessage } from '../stack/chain-intent.ts'
import { completeMessages } from '../stack/many-intents.ts'

/** What tasks say within this goes in one request. Nothing of a task waits for it. */
const gatherMs = 20

/** Says of a message to the chain that its outcome was acted on; rejects when it could not be said. */
export type ActedOn = (messageId: Hex) => Promise<void>

/** Of many tasks together. */
export function createActedOn(nc: NatsConnection): ActedOn {
  let gathering: { readonly ids: Set<Hex>; readonly said: Promise<void> } | null = null

  function gather() {
    const ids = new Set<Hex>()
    const said = sleep(gatherMs).then(() => {
      gathering = null
      const [first] = ids
      return ids.size === 1 ? completeMessage(nc, first!) : completeMessages(nc, [...ids])
    })
    return { ids, said }
  }

  return messageId => {
    gathering ??= gather()
    gathering.ids.add(messageId)
    return gathering.said
  }
}
