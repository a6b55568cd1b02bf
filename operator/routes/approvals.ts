import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Bytes32, SubtaskId, TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { checkSeen } from '../check-seen.ts'
import { Problem } from '../problem.ts'
import { AddressText } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const Decision = z
  .object({
    contentHash: Bytes32.describe('Of the content that was looked at: a decision on anything else is refused'),
    granted: z.boolean(),
  })
  .meta({ id: 'Decision' })

const Answered = z
  .object({ state: z.enum(taskStates).describe('Of the task, now'), approver: AddressText })
  .meta({ id: 'ApprovalAnswered' })

export const approvalRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, surroundings) => {
  const { nc, signer } = surroundings
  app.post(
    '/v1/tasks/:taskId/approvals/:subtaskId',
    {
      config: { callers: callers.operating },
      schema: {
        tags: ['Tasks'],
        summary: 'Grant or deny an approval',
        description: "Signed with the operator's key (EIP-712 `Approval`), which the task must name as an approver.",
        params: z.object({ taskId: TaskId, subtaskId: SubtaskId }),
        body: Decision,
        response: { 200: Answered, default: Problem },
      },
    },
    async ({ params: { taskId, subtaskId }, body: { contentHash, granted } }) => {
      await checkSeen(surroundings, 'approvals', { taskId, subtaskId, contentHash })
      const document = { taskId, subtaskId, contentHash, granted, atMs: Date.now() }
      const signature = await signer.sign('Approval', document)
      const command = { ...document, approver: signer.address, signature }
      const { state } = (await sendCommand(nc, 'approve', command)) as Pick<z.infer<typeof Answered>, 'state'>
      return { state, approver: signer.address }
    },
  )
}
