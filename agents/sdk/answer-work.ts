import type { NatsConnection } from '@nats-io/nats-core'
import type { Answer } from '../../protocol/answer.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Log } from '../../stack/log.ts'
import { largestOutput } from '../../stack/payload.ts'
import { openJetstream } from '../../stack/publish.ts'
import { createSlots } from '../../stack/slots.ts'
import type { ServiceStats } from './answer-service.ts'
import { type Assignment, type Assignments, UNSENT_MS } from './assignments.ts'
import type { AgentDefinition } from './define.ts'
import { beatWhile } from './heartbeat.ts'
import type { AgentIdentity } from './identity.ts'
import { publishAnswer } from './publish-answer.ts'
import { reportProgress } from './report-progress.ts'
import { type Outcome, runSkill } from './run-skill.ts'
import { sealingOf } from './seal/sealing.ts'
import { signCommit, signFailure, signResult } from './sign-answer.ts'
import type { StatedCapacity } from './state-capacity.ts'

/** Timers beyond this fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

export interface WorkOptions {
  readonly nc: NatsConnection
  readonly identity: AgentIdentity
  readonly definition: AgentDefinition
  /** Executions at a time. */
  readonly concurrency: number
  readonly stats: ServiceStats
  readonly capacity: StatedCapacity
  readonly log: Log
}

/** Answers what is asked of an assignment: executes it, or opens what was committed. */
export function answering(options: WorkOptions, assignments: Assignments) {
  const { nc, identity, definition, stats, capacity, log } = options
  const js = openJetstream(nc)
  const inSlot = createSlots(options.concurrency)
  const maxOutputBytes = largestOutput(nc)

  const sealing = sealingOf(identity, definition.skills)

  async function execute(assignment: Assignment): Promise<void> {
    const stopBeating = beatWhile(nc, assignment.execute!, assignment.deliveries[0]!)
    await executeOnce(assignment).finally(stopBeating)
  }

  async function executeOnce(assignment: Assignment): Promise<void> {
    const { inputHash, answer, deadlineMs } = assignment.execute!
    // Too late to commit is not too late to open what was committed before this process was started again.
    if (Date.now() >= deadlineMs) return answer === 'result' ? assignments.close(assignment) : undefined
    const outcome = await run(assignment, deadlineMs)
    if (outcome.kind === 'done' && answer === 'commit') {
      await publish(assignment, signCommit(identity, attemptIdOf(assignment), outcome), deadlineMs)
      return
    }
    if (outcome.kind === 'done') {
      const result = signResult(identity, attemptIdOf(assignment), inputHash, outcome, 'execute')
      await publish(assignment, result, deadlineMs)
    } else await fail(assignment, outcome, deadlineMs)
    if (outcome.kind !== 'dropped' || answer === 'result') assignments.close(assignment)
  }

  /** Runs the skill again when its output went with a process that died. */
  async function reveal(assignment: Assignment): Promise<void> {
    const { deadlineMs } = assignment.reveal!
    const known = await assignment.outcome
    if (assignment.isClosed) return
    const outcome = known && known.kind !== 'dropped' ? known : await run(assignment, deadlineMs)
    if (outcome.kind === 'done') {
      const { inputHash } = assignment.execute!
      await publish(assignment, signResult(identity, attemptIdOf(assignment), inputHash, outcome, 'reveal'), deadlineMs)
    } else await fail(assignment, outcome, deadlineMs)
    assignments.close(assignment)
  }

  async function fail(assignment: Assignment, outcome: Outcome, deadlineMs: number): Promise<void> {
    if (outcome.kind !== 'failed') return
    log.warn({ ...attemptIdOf(assignment), reason: outcome.words ?? outcome.reason }, 'a skill failed')
    const { inputHash } = assignment.execute!
    await publish(assignment, signFailure(identity, attemptIdOf(assignment), inputHash, outcome), deadlineMs)
  }

  /** Where the bus was away at the deadline, what was ready by then may count yet: the log decides. */
  async function publish(assignment: Assignment, answer: Answer, deadlineMs: number): Promise<void> {
    const isWanted = () => !assignment.isClosed && Date.now() <= deadlineMs + UNSENT_MS
    assignments.letGo()
    const stored = await publishAnswer(js, attemptIdOf(assignment), identity.agentId, answer, isWanted)
    if (!stored && !assignment.isClosed)
      log.error({ ...attemptIdOf(assignment), kind: answer.kind }, 'an answer could not be stored in time')
  }

  function run(assignment: Assignment, deadlineMs: number): Promise<Outcome> {
    const controller = new AbortController()
    const leftMs = Math.min(deadlineMs - Date.now(), MAX_TIMER_MS)
    const timer = setTimeout(() => controller.abort(new Error('the deadline passed')), leftMs)
    assignment.running = controller
    assignment.outcome = inSlot(() => runWithin(assignment, controller.signal)).finally(() => {
      clearTimeout(timer)
      assignment.running = null
    })
    return assignment.outcome
  }

  /** Coordinators give out no more than was stated; what they might give out beside it is refused, and is nobody's fault. */
  async function runWithin(assignment: Assignment, signal: AbortSignal): Promise<Outcome> {
    const { needs = {} } = assignment.execute!
    try {
      const release = await capacity.commit(needs, signal)
      return await runOnce(assignment, signal).finally(release)
    } catch (error) {
      if (!(error instanceof EntenteError)) throw error
      return { kind: 'failed', reason: `${error.code}: ${error.message}`, retry: true }
    }
  }

  async function runOnce(assignment: Assignment, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'dropped' }
    const attemptId = attemptIdOf(assignment)
    const idempotencyKey = `${attemptId.taskId}:${attemptId.subtaskId}`
    const ctx = { ...attemptId, signal, idempotencyKey, progress: reportProgress(nc, attemptId, identity.agentId) }
    const startedMs = performance.now()
    const outcome = await runSkill(definition.skills, assignment.execute!, ctx, sealing, maxOutputBytes)
    const error = outcome.kind === 'failed' ? outcome.reason : undefined
    stats.count(assignment.execute!.skill, performance.now() - startedMs, error)
    return outcome
  }

  return { execute, reveal }
}

function attemptIdOf({ taskId, subtaskId, attempt }: Assignment) {
  return { taskId, subtaskId, attempt }
}
