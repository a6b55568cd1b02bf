import type { Hazard } from '../../agents/hazard/hazard.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { sha256 } from '../../protocol/hash.ts'
import type { TaskSpec } from '../../protocol/task.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import type { Log } from '../../stack/log.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { followToProof } from '../consortium/follow-to-proof.ts'
import type { Consortium } from '../consortium/start-consortium.ts'
import { type Attestation, attest, taskIdOf } from './attest.ts'
import { attestors } from './cast.ts'
import { openPlan } from './open-plan.ts'
import { readTemplateFile } from './read-template.ts'

export interface Watcher {
  onAttested(attestations: readonly Attestation[]): void
  onEvent(event: TaskEvent, task: Task): void
  /** Asks a person, or whoever answers in its place; null when it was answered elsewhere. */
  approve(request: TaskEventOf<'ApprovalRequested'>, task: Task): Promise<boolean | null>
}

const usualGoal = 'Respond to the hazard: who must move, by what, in which order, and what the public is told.'

/** How the consortium means to respond: agreed on chain before anything happens. */
export async function prepare(consortium: Consortium, goal = usualGoal): Promise<Hex> {
  const { nc, approver } = consortium
  const template = readTemplateFile()
  const spec: TaskSpec = {
    goal,
    template: sha256(template),
    policy: { approvers: [approver.address], onSilence: 'deny' },
  }
  await Promise.all([putArtifact(nc, template), putArtifact(nc, Buffer.from(canonicalJson(spec)))])
  return openPlan(consortium, spec, attestors)
}

/**
 * From a hazard to a proven response: the agencies attest it, the contract opens the task, the departments do it.
 * @throws EntenteError THRESHOLD_NOT_MET when the contract opens nothing
 */
export async function respond(
  consortium: Consortium,
  planId: Hex,
  hazard: Hazard,
  watcher: Watcher,
  log: Log,
): Promise<Task> {
  const { nc, chain } = consortium
  const alertHash = await putArtifact(nc, Buffer.from(canonicalJson(hazard)))
  const taskId = taskIdOf(chain, planId, alertHash)
  const following = followToProof(nc, taskId, {
    log,
    onEvent(event, task) {
      watcher.onEvent(event, task)
      if (event.type === 'ApprovalRequested') void answerApproval(consortium, event, task, watcher)
    },
  })
  try {
    watcher.onAttested(await attest(nc, planId, hazard, attestors))
    return await following.proven
  } finally {
    await following.stop()
  }
}

async function answerApproval(
  { nc, chain, approver }: Consortium,
  request: TaskEventOf<'ApprovalRequested'>,
  task: Task,
  watcher: Watcher,
): Promise<void> {
  const granted = await watcher.approve(request, task)
  if (granted === null) return
  const { subtaskId, contentHash } = request
  const document = { taskId: task.taskId, subtaskId, contentHash, granted, atMs: Date.now() }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const signature = signDocument(domain, 'Approval', document, approver.privateKey)
  try {
    await sendCommand(nc, 'approve', { ...document, approver: approver.address, signature })
  } catch (error) {
    // Someone may have answered by the API meanwhile: that answer stands.
    if (!(error instanceof EntenteError) || !['APPROVAL_NOT_OPEN', 'TASK_CLOSED'].includes(error.code)) throw error
  }
}
