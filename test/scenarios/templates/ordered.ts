import type { Task } from '../../../coordinator/flow/state.ts'
import { verifyBundle } from '../../../evidence/verify.ts'
import type { Json } from '../../../protocol/canonical.ts'
import { signDocument, signingDomain } from '../../../protocol/documents.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import type { Bundle } from '../../../protocol/evidence.ts'
import { authorizeByCedar } from '../../../registry/policy/cedar.ts'
import { followTask } from '../../../scenarios/consortium/follow-task.ts'
import { orderTask, submit } from '../../../scenarios/consortium/order-task.ts'
import type { Consortium } from '../../../scenarios/consortium/start-consortium.ts'
import type { Process } from '../../../scenarios/templates/casts.ts'
import { loadTemplate } from '../../../scenarios/templates/load-template.ts'
import { getArtifact } from '../../../stack/artifacts.ts'
import { openLog } from '../../../stack/log.ts'
import { sendCommand } from '../../../stack/send-command.ts'

const log = openLog('test', { LOG_LEVEL: 'silent' })

export interface Wanted {
  readonly process: Process
  readonly domainId: string
  readonly input: Json
  readonly parameters?: { readonly [name: string]: Json }
  /** Whatever the outside does when something happens; what it rejects with fails the test. */
  readonly onEvent?: (event: TaskEvent, task: Task) => Promise<unknown> | undefined
}

/** Orders a task by its process's template, grants what is asked, and verifies its bundle against the chain. */
export async function ordered(consortium: Consortium, { process, domainId, input, parameters, onEvent }: Wanted) {
  const { template, used } = loadTemplate(process)
  const given = parameters ? { parameters } : {}
  const wish = { domainId, goal: process, template, used, input, budget: 60_000_000n, durationS: 600, ...given }
  const taskId = await submit(consortium, await orderTask(consortium, wish))
  const events: TaskEvent[] = []
  const outside: Promise<unknown>[] = []
  const following = followTask(consortium.nc, taskId, {
    log,
    onEvent(event, task) {
      events.push(event)
      if (event.type === 'ApprovalRequested') outside.push(grant(consortium, task, event))
      const done = onEvent?.(event, task)
      if (done) outside.push(done)
    },
  })
  try {
    const task = await following.ended
    await Promise.all(outside)
    const bundle: Bundle = JSON.parse(
      Buffer.from(await getArtifact(consortium.nc, task.proven!.bundle)).toString('utf8'),
    )
    return {
      task,
      events,
      bundle,
      report: await verifyBundle(bundle, {
        rpcUrl: consortium.stack.urls.chain,
        authorize: authorizeByCedar,
      }),
    }
  } finally {
    await following.stop()
  }
}

async function grant(
  { nc, chain, approver }: Consortium,
  { taskId }: Task,
  { subtaskId, contentHash }: TaskEventOf<'ApprovalRequested'>,
) {
  const document = { taskId, subtaskId, contentHash, granted: true, atMs: Date.now() }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const signature = signDocument(domain, 'Approval', document, approver.privateKey)
  await sendCommand(nc, 'approve', { ...document, approver: approver.address, signature })
}
