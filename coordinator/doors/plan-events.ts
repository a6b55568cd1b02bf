import { ChainEvent } from '../../protocol/chain-event.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { consume } from '../consume.ts'
import type { World } from '../react/context.ts'

/** Events of the response plans' contract come in, each kind by a durable consumer that coordinators share. */
export function planEventsDoor(
  world: World,
  { event, durable }: { readonly event: string; readonly durable: string },
  take: (event: ChainEvent) => Promise<void>,
) {
  return consume(world, {
    stream: streams.chainEvents,
    durable,
    subject: subjects.chainEvent('ResponsePlans', event),
    keyOf: ({ subject }) => subject,
    async take({ subject, data }) {
      const parsed = parseJson(ChainEvent, data)
      if (parsed) await take(parsed)
      else world.log.warn({ subject }, 'what is no chain event was left out')
    },
  })
}
