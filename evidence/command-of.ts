import type { Command } from '../coordinator/flow/command.ts'
import { passTime } from '../coordinator/flow/expire.ts'
import { isJudgedInVain } from '../coordinator/flow/judge/judge.ts'
import { planFrom } from '../coordinator/flow/plan.ts'
import { clearanceOf } from '../coordinator/flow/policy/clear.ts'
import { preemptionOf } from '../coordinator/flow/preempt.ts'
import { restOfRecord } from '../coordinator/flow/replan/propose-rest.ts'
import { isInVain } from '../coordinator/flow/replan/seek.ts'
import { screen } from '../coordinator/flow/screen.ts'
import type { Task } from '../coordinator/flow/state.ts'
import type { Authorize } from '../protocol/authorize.ts'
import { contentHash } from '../protocol/canonical.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { JudgingRecord } from '../protocol/judging.ts'
import { ReplanningRecord } from '../protocol/planning.ts'
import { type PolicySet, policyHash } from '../protocol/policy.ts'
import { Template } from '../protocol/template.ts'

/**
 * The command that an event answers, or null for an event that no command brings about by itself. What rules can compute
 * (screening, plan) is computed anew; only what came from outside is taken from the log.
 * @throws EntenteError PLAN_INVALID, ZodError for a template that gives no plan
 */
export function commandOf(task: Task, event: TaskEvent, bundle: Bundle, authorize: Authorize | null): Command | null {
  const { atMs } = event
  switch (event.type) {
    case 'TaskSubmitted':
      return { ...event, type: 'submit' }
    case 'TaskFunded':
      return { ...event, type: 'recordFunding' }
    case 'BudgetCovered':
      return { ...event, type: 'recordCover' }
    case 'TaskRejected':
      return { ...event, type: 'reject' }
    case 'TaskScreened':
      return { type: 'screen', atMs, ...screenAgain(task, event, bundle, authorize) }
    case 'FlowsDecided':
      return { ...clearAgain(task, event, bundle, authorize), type: 'clear', atMs }
    case 'FitDecided':
      return { ...event, type: 'fit' }
    case 'TaskPlanned':
      return {
        type: 'plan',
        atMs,
        ...planAgain(task, bundle),
        ...(event.messageBytes === undefined ? {} : { messageBytes: event.messageBytes }),
      }
    case 'TaskReplanned':
      return 'planning' in event.by ? { type: 'replan', atMs, ...replanAgain(task, event.by.planning, bundle) } : null
    case 'ReplanRefused':
      return isInVain(task, event) ? { type: 'passTime', atMs } : { ...event, type: 'refuseReplan' }
    case 'SubtaskAssigned':
      return assignAgain(event)
    case 'GoldOpened': {
      const { subtaskId, attempt, question } = event
      return question ? { type: 'openGold', atMs, subtaskId, attempt, question } : { type: 'passTime', atMs }
    }
    case 'JudgeAnswered':
      return { type: 'answerJudge', atMs, ...judgeAgain(event, bundle) }
    case 'JudgeGivenUp':
      return isJudgedInVain(task, event) ? { type: 'passTime', atMs } : { ...event, type: 'giveUpJudge' }
    case 'ResultCommitted': {
      const { subtaskId, attempt, agentId, commitment, signature } = event
      const commit = { taskId: task.taskId, subtaskId, attempt, agentId, commitment }
      return { type: 'receive', atMs, agentId, answer: { kind: 'commit', commit, signature } }
    }
    case 'KeysAsked': {
      const { subtaskId, attempt, receivers, consents } = event
      return { type: 'askKeys', atMs, subtaskId, attempt, receivers, consents }
    }
    case 'KeysAnswered':
      return { type: 'answerKeys', atMs, agentId: event.agentId, answer: event.answer }
    case 'ResultReceived':
      return { type: 'receive', atMs, agentId: event.agentId, answer: event.answer }
    case 'ApprovalAnswered':
      return event.by ? { ...event, type: 'answerApproval' } : { type: 'passTime', atMs }
    case 'AttemptExpired': {
      const { subtaskId, attempt, silent, phase } = event
      if (phase === 'excused') return { type: 'excuse', atMs, subtaskId, attempt }
      if (phase === 'heartbeat') return { type: 'missHeartbeat', atMs, subtaskId, attempt, agents: silent }
      return { type: 'passTime', atMs }
    }
    case 'AttemptPreempted':
      return preemptAgain(task, event, bundle, authorize)
    case 'ReplicasEnded': {
      const { choice, subtaskId, attempt } = event
      if (!choice) return { type: 'passTime', atMs }
      const { outputSchema = {}, skill = '' } = task.subtasks.get(subtaskId)?.assigned ?? {}
      return { type: 'assign', atMs, subtaskId, attempt: attempt + 1, skill, outputSchema, ...choice }
    }
    case 'RetryDue':
    case 'StarvationWarned':
    case 'WaitElapsed':
    case 'TaskFailed':
      return { type: 'passTime', atMs }
    case 'SubtaskFailed':
      return isOutOfTime(task, event) ? { type: 'passTime', atMs } : null
    case 'TaskCanceled':
      return { ...event, type: 'cancel' }
    case 'TaskPaused':
      return { ...event, type: 'pause' }
    case 'TaskResumed':
      return { ...event, type: 'resume' }
    case 'SignalReceived':
      return { ...event, type: 'signal' }
    case 'QuestionAnswered':
      return event.by ? { ...event, type: 'answerQuestion' } : { type: 'passTime', atMs }
    case 'TaskBatched':
      return { ...event, type: 'recordBatch' }
    case 'BatchFell':
      return { ...event, type: 'recordFall' }
    case 'TaskSettled':
      return { ...event, type: 'recordSettlement' }
    case 'TaskProven':
      return { ...event, type: 'recordProof' }
    default:
      return null
  }
}

/** The question is opened later, and then must be for this very input. */
function assignAgain({ gold, ...event }: TaskEventOf<'SubtaskAssigned'>): Command {
  if (!gold) return { ...event, type: 'assign' }
  const question = { question: gold.question, ...(gold.missing ? {} : { input: event.input }) }
  return { ...event, type: 'assign', gold: question }
}

/** Time that is over fails a subtask, along with whatever else is due then; otherwise nobody could be given the work. */
function isOutOfTime(task: Task, { atMs, subtaskId, reason }: TaskEventOf<'SubtaskFailed'>): boolean {
  const [first] = passTime(task, atMs)
  return first?.type === 'SubtaskFailed' && first.subtaskId === subtaskId && first.reason === reason
}

/** Whether the domain was active is the directory's to know; all else follows from the order, and the policy set. */
function screenAgain(task: Task, event: TaskEventOf<'TaskScreened'>, bundle: Bundle, authorize: Authorize | null) {
  const { decision, policy, reasons, atMs } = event
  if (policy.hash && !authorize) return { decision, policy, reasons }
  const named = Template.safeParse(bundle.template).data?.name ?? null
  const policed = policy.hash && authorize ? { set: setIn(bundle, policy.hash), authorize, template: named } : null
  const asActive = screen(task.submitted!, { domainActive: true }, atMs, policed)
  const asInactive = screen(task.submitted!, { domainActive: false }, atMs, policed)
  // Both may have been denied: for what, the log says.
  const wasInactive = decision !== asActive.decision || contentHash(reasons) === contentHash(asInactive.reasons)
  return wasInactive ? asInactive : asActive
}

/** Which domains offered the skill then is the directory's to know; what the policy set says of each is decided again. */
function clearAgain(task: Task, event: TaskEventOf<'FlowsDecided'>, bundle: Bundle, authorize: Authorize | null) {
  if (!authorize) return event
  const domains = event.verdicts.map(({ domainId }) => domainId)
  return clearanceOf(task, event.subtaskId, domains, setIn(bundle, event.policy.hash), authorize)
}

/** That the emergency lacked it then is the waiting room's to know; whether it may have it the policy set is asked again. */
function preemptAgain(
  task: Task,
  event: TaskEventOf<'AttemptPreempted'>,
  bundle: Bundle,
  authorize: Authorize | null,
): Command | null {
  const { atMs, claim, policy } = event
  if (!authorize) return { ...event, type: 'preempt' }
  const again = preemptionOf(task, event, claim, setIn(bundle, policy.hash), authorize)
  return again && { type: 'preempt', atMs, ...again }
}

/** @throws EntenteError BUNDLE_INVALID */
function setIn({ policies = [] }: Bundle, hash: Hex): PolicySet {
  const set = policies.find(each => policyHash(each) === hash)
  if (set) return set
  throw new EntenteError('BUNDLE_INVALID', `the bundle has no policy set of hash ${hash}`)
}

/** What agents offered then is not in the bundle: that the chosen ones fit the budget is seen when they are assigned. */
function planAgain(task: Task, { template, uses = [] }: Bundle) {
  const { spec, input, budget, terms, deadlineMs, atMs } = task.submitted!
  const enough = { domains: Number.POSITIVE_INFINITY, highestPrice: 0n, nearest: [] }
  const limits = { budget: BigInt(budget), feeBps: terms.feeBps, availableMs: deadlineMs - atMs }
  const library = new Map(
    uses.map(used => [contentHash(used), { template: Template.parse(used), hash: contentHash(used) }] as const),
  )
  const brought = { ...(spec.parameters ? { parameters: spec.parameters } : {}), input, library }
  const plan = planFrom(Template.parse(template), contentHash(template), () => enough, limits, brought)
  return { plan, planHash: contentHash(plan) }
}

/**
 * What a model answered is read again. That it was said of offers and prices which let it pass is, as of any plan, seen when its work
 * is assigned.
 * @throws EntenteError BUNDLE_INVALID, PLAN_INVALID
 */
function replanAgain(task: Task, planning: Hex, { replannings = [] }: Bundle) {
  const found = replannings.find(each => contentHash(each) === planning)
  const { data: record } = ReplanningRecord.safeParse(found)
  if (!record) throw new EntenteError('BUNDLE_INVALID', `the bundle has no record ${planning} of another plan`)
  const { goal, planHash } = record
  if (goal !== task.submitted!.spec.goal) throw new EntenteError('PLAN_INVALID', 'its record is of another goal')
  return { planHash, rest: restOfRecord(task.plan!, record), planning }
}

/**
 * What a model answered is read again, against the question that follows from the answers in the log.
 * @throws EntenteError BUNDLE_INVALID
 */
function judgeAgain({ subtaskId, attempt, judging }: TaskEventOf<'JudgeAnswered'>, { judgings = [] }: Bundle) {
  const { data: record } = JudgingRecord.safeParse(judgings.find(each => contentHash(each) === judging))
  if (!record) throw new EntenteError('BUNDLE_INVALID', `the bundle has no record ${judging} of a judge`)
  return { subtaskId, attempt, record }
}
