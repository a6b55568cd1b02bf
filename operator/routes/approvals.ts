import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readTask } from '../../coordinator/views/read-task.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Bytes32, SubtaskId, TaskId } from '../../protocol/ids.ts'
import { taskStates } from '../../protocol/task.ts'
import { sendCommand } from '../../stack/send-command.ts'
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

export const approvalRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { nc, db, signer }) => {
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
      await checkSeen(taskId, subtaskId, contentHash)
      const document = { taskId, subtaskId, contentHash, granted, atMs: Date.now() }
      const signature = await signer.sign('Approval', document)
      const command = { ...document, approver: signer.address, signature }
      const { state } = (await sendCommand(nc, 'approve', command)) as Pick<z.infer<typeof Answered>, 'state'>
      return { state, approver: signer.address }
    },
  )

  /**
   * Nothing is signed that is known to be another content than what is asked about. What the read model does not know
   * yet is left to the coordinator, which asks the log.
   */
  async function checkSeen(taskId: string, subtaskId: string, contentHash: string): Promise<void> {
    const asked = (await readTask(db, taskId))?.approvals.findLast(approval => approval.subtaskId === subtaskId)
    if (!asked || (asked.contentHash === contentHash && asked.answeredAtMs === null)) return
    const why = asked.answeredAtMs === null ? `it is about ${asked.contentHash}` : 'it was answered already'
    throw new EntenteError('APPROVAL_NOT_OPEN', `no approval of ${contentHash} is open for ${subtaskId}: ${why}`)
  }
}
