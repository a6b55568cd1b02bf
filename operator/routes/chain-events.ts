import { jetstreamManager } from '@nats-io/jetstream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import { EventFilter } from '../../protocol/event-filter.ts'
import { streams } from '../../protocol/subjects.ts'
import { followChainEvents } from '../follow-chain-events.ts'
import { Problem } from '../problem.ts'
import { wholeFrom } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import { closeCodes, openSubscriber } from '../subscriber.ts'
import type { Surroundings } from '../surroundings.ts'

const Query = z.object({
  after: wholeFrom(0).optional().describe('Begin after this place; left out, with what comes now'),
  events: z
    .string()
    .transform(text => text.split(','))
    .pipe(EventFilter)
    .default([])
    .describe('Contract.Event or Contract.*, apart by commas; left out, all'),
})

export const chainEventRoutes: FastifyPluginAsyncZod<Surroundings> = async (
  app,
  { nc, limits, takeSlot, stopping },
) => {
  app.route({
    method: 'GET',
    url: '/v1/chain/events/live',
    config: { callers: callers.all },
    schema: {
      tags: ['Chain'],
      summary: 'Follow the confirmed events of the chain',
      description:
        'A WebSocket. Each message is one event as JSON, in order; `sequence` is its place, after which to begin another ' +
        'time. Who reads too slowly is closed with 1013; 1001 says that the API stops, 1011 that it failed.',
      querystring: Query,
      response: { 101: z.undefined().describe('Events follow'), default: Problem },
    },
    // Before the connection becomes a WebSocket, so that a refusal is a problem document like any other.
    async preHandler({ ws, caller, query, raw: { socket } }) {
      if (!ws) throw new EntenteError('COMMAND_INVALID', 'this is a WebSocket: ask with the header Upgrade: websocket')
      // Who sees the connection open misses nothing from then on.
      query.after ??= await endOfEvents(nc)
      const freeSlot = takeSlot(caller!.id)
      if (socket.destroyed) freeSlot()
      else socket.once('close', freeSlot)
    },
    // What is no WebSocket has been refused above.
    handler: () => {},
    async wsHandler(socket, { query: { after, events }, log }) {
      const subscriber = openSubscriber(socket, stopping, limits)
      let last = after!
      try {
        for await (const event of followChainEvents(nc, { after: last, filter: events }, subscriber.signal)) {
          await subscriber.send(JSON.stringify(event), `too slow: come again after ${last}`)
          last = event.sequence
        }
      } catch (error) {
        log.warn({ err: error }, 'a stream of chain events broke off')
        subscriber.close(closeCodes.failed, `come again after ${last}`)
      }
    },
  })
}

async function endOfEvents(nc: Surroundings['nc']): Promise<number> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  return (await jsm.streams.info(streams.chainEvents)).state.last_seq
}
