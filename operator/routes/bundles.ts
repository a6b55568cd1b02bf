import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readTask } from '../../coordinator/views/read-task.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex, type Hex } from '../../protocol/hash.ts'
import { TaskId } from '../../protocol/ids.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { hasAlready } from '../keep-pages.ts'
import { Problem } from '../problem.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

export const bundleRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, db }) => {
  app.get(
    '/v1/tasks/:taskId/bundle',
    {
      config: { callers: callers.proving },
      schema: {
        tags: ['Evidence'],
        summary: 'Download the proof of a task',
        description: 'One file that verifies with no server: `entente verify <file>`. It shows every payload.',
        params: z.object({ taskId: TaskId }),
        response: {
          200: z.unknown().describe('A file of the format entente.bundle/2'),
          304: z.undefined().describe('`If-None-Match` names it: it is there already'),
          default: Problem,
        },
      },
    },
    async (request, reply) => {
      const { taskId } = request.params
      const task = await readTask(db, taskId)
      if (!task) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${taskId}`)
      if (task.bundle === null) throw new EntenteError('BUNDLE_NOT_READY', `the task is ${task.state}, not proven yet`)
      reply.header('etag', `"${task.bundle}"`)
      if (hasAlready(request, task.bundle)) return reply.code(304).send()
      const bytes = await getArtifact(nc, task.bundle as Hex)
      return reply
        .type('application/json')
        .header('content-disposition', `attachment; filename="${taskId}.bundle.json"`)
        .header('repr-digest', `sha-256=:${fromHex(task.bundle).toString('base64')}:`)
        .send(Buffer.from(bytes))
    },
  )
}
