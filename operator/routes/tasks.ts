import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listTasks } from '../../coordinator/views/list-tasks.ts'
import { readTask } from '../../coordinator/views/read-task.ts'
import { CancelTask, SubmitTask } from '../../protocol/commands.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { DomainId, TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { Problem } from '../problem.ts'
import { Before, Hash, Limit, pageOf, toPage } from '../resources/fields.ts'
import { Task, TaskSummary, toTask, toTaskSummary } from '../resources/task.ts'
import { callers } from '../roles.ts'
import { ownSignature, signOrPassOn, wholeOrNone } from '../sign-or-pass-on.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Tasks']
const params = z.object({ taskId: TaskId })
const state = z.object({ state: z.enum(taskStates) }).meta({ id: 'TaskStateNow' })

const submission = SubmitTask.meta({
  id: 'SubmitTask',
  description: 'A task order, signed by the admin of the requesting domain (EIP-712 `TaskOrder`), and what it is over',
})

const Cancellation = z
  .object({ reason: CancelTask.shape.reason, ...ownSignature })
  .refine(...wholeOrNone)
  .meta({ id: 'CancelTask', description: 'Signed (EIP-712 `Cancellation`) by the requester or an approver' })

export const taskRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, db, signer }) => {
  app.post(
    '/v1/tasks',
    {
      config: { callers: callers.requesting },
      schema: {
        tags,
        summary: 'Submit a task order',
        description: 'Accepted when it is in the log. The same order again is the same task.',
        body: submission,
        response: { 202: z.object({ taskId: Hash }).meta({ id: 'TaskAccepted' }), default: Problem },
      },
    },
    async (request, reply) => {
      const { taskId } = (await sendCommand(nc, 'submit', request.body)) as { taskId: string }
      return reply.code(202).header('location', `/v1/tasks/${taskId}`).send({ taskId })
    },
  )

  app.get(
    '/v1/tasks',
    {
      config: { callers: callers.all, reads: ['tasks'] },
      schema: {
        tags,
        summary: 'List tasks, the latest first',
        querystring: z.object({
          state: z.enum(taskStates).optional(),
          domain: DomainId.optional().describe('The requesting domain'),
          limit: Limit,
          before: Before,
        }),
        response: { 200: pageOf('Task', TaskSummary), default: Problem },
      },
    },
    async ({ query }) => {
      const { limit, domain: domainId, ...filter } = query
      const found = await listTasks(db, { ...filter, domainId, limit: limit + 1 })
      return toPage(found.map(toTaskSummary), limit, task => task.number)
    },
  )

  app.get(
    '/v1/tasks/:taskId',
    {
      config: {
        callers: callers.all,
        reads: ['tasks', 'subtasks', 'assignments', 'approvals', 'questions', 'money'],
      },
      schema: { tags, summary: 'Read a task', params, response: { 200: Task, default: Problem } },
    },
    async ({ params: { taskId } }) => {
      const task = await readTask(db, taskId)
      if (!task) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${taskId}`)
      return toTask(task)
    },
  )

  app.post(
    '/v1/tasks/:taskId/cancel',
    {
      config: { callers: callers.requesting },
      schema: {
        tags,
        summary: 'Cancel a task',
        description: 'Without a signature of your own, the operator signs; that takes a key of the role operator.',
        params,
        body: Cancellation,
        response: { 200: state, default: Problem },
      },
    },
    async ({ params: { taskId }, body, caller }) => {
      const command = await signOrPassOn('Cancellation', { taskId, ...body }, { signer, caller })
      return (await sendCommand(nc, 'cancel', command)) as z.infer<typeof state>
    },
  )
}
