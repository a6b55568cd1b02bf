import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { TaskId } from '../../protocol/ids.ts'
import { openEventStream } from '../event-stream.ts'
import { followTask, isOver } from '../follow-task.ts'
import { Problem } from '../problem.ts'
import { wholeFrom } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

export const taskEventRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, limits, takeSlot, stopping }) => {
  app.get(
    '/v1/tasks/:taskId/events',
    {
      // A stream would open, hold a place, and have nobody who reads it.
      exposeHeadRoute: false,
      config: { callers: callers.all },
      schema: {
        tags: ['Tasks'],
        summary: 'Follow a task live',
        description:
          'Server-sent events: the history first, then each event as it happens; an id is the index in the history. ' +
          'With `Last-Event-ID` it goes on after that one; 204 says that nothing more will ever come.',
        params: z.object({ taskId: TaskId }),
        headers: z.object({ 'last-event-id': wholeFrom(0).optional() }),
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
          204: z.undefined().describe('You have the whole history'),
          default: Problem,
        },
      },
    },
    async ({ params: { taskId }, headers, caller, log, raw: { socket } }, reply) => {
      const from = (headers['last-event-id'] ?? -1) + 1
      if (await isOver(nc, taskId, from)) return reply.code(204).send(undefined)
      // Gone while the bus was asked: of this one nothing more is heard, and its place would be taken for good.
      if (socket.destroyed) return reply.hijack()
      const freeSlot = takeSlot(caller!.id)
      const stream = openEventStream(reply, stopping, limits.heartbeatMs)
      try {
        for await (const { id, event } of followTask(nc, taskId, from, stream.signal)) {
          await stream.send({ id, type: event.type, data: event })
        }
      } catch (error) {
        // The reply has begun: all that is left is to end it, and the reader comes again after its last event.
        log.warn({ err: error, taskId }, 'an event stream broke off')
      } finally {
        stream.close()
        freeSlot()
      }
    },
  )
}
