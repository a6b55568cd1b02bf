import { z } from 'zod'
import { Answer } from './answer.ts'
import { Choice, PassedOver } from './assignment.ts'
import { Needs } from './capacity.ts'
import { attempt, event, kept, Signed } from './event.ts'
import { GoldAnswers, GoldQuestion } from './gold.ts'
import { Address, AgentId, Bytes32, DomainId, Millis, Signature, SubtaskId } from './ids.ts'
import { JsonValue } from './json.ts'
import { KeyAnswer, KeysAsked } from './key-release.ts'
import { DataItem, FlowVerdict, PolicyReference } from './policy.ts'
import { Claim } from './preemption.ts'
import { Verdict } from './verdict.ts'

/** Where replicas were added to it one by one: the attempt with which it began. */
const since = { since: z.int().min(1).optional() }

/** What can have happened to one of its subtasks. */
export const subtaskEvents = [
  /** What the policy set in force says of giving a subtask's data to those that offer its skill. */
  event('FlowsDecided', {
    subtaskId: SubtaskId,
    policy: PolicyReference,
    data: z.array(DataItem),
    verdicts: z.array(FlowVerdict),
    /** Who may approve as each role that a verdict asks for. */
    roles: z.record(z.string(), z.array(Address)),
    approvalMs: z.int(),
    /** Of the task and all of the above. */
    contentHash: Bytes32,
  }),
  /** Agents of the skill whose input schema refuses what the subtask would give them. */
  event('FitDecided', {
    subtaskId: SubtaskId,
    unfit: z.array(z.object({ agentId: AgentId, domainId: DomainId, why: z.string() })),
    /** Domains that offer the skill, and may have the input; and those of them in which an agent takes it. */
    offered: z.int().min(0),
    left: z.int().min(0),
  }),
  event('SubtaskAssigned', {
    ...attempt,
    skill: z.string(),
    input: JsonValue,
    inputHash: Bytes32,
    /** The output schema of the skill, which says how replicas are merged. */
    outputSchema: z.record(z.string(), JsonValue),
    answer: z.enum(['result', 'commit']),
    deadlineMs: Millis,
    heartbeatMs: z.int().optional(),
    /** What whoever was chosen commits to it; absent where it needs nothing. */
    needs: Needs.optional(),
    /** The question, by its hash, that was drawn for it; `missing` where nobody has its text, so that the work itself was given. */
    gold: z.object({ question: Bytes32, missing: z.literal(true).optional() }).optional(),
    /** What those who are asked said to gold in settled tasks, the latest last: by these their voices are weighed. */
    learned: z.array(GoldAnswers).optional(),
    chosen: z.array(Choice),
    passedOver: z.array(PassedOver),
    /** How many more were passed over, who stood behind all of these. */
    unlisted: z.int().min(1).optional(),
  }),
  KeysAsked,
  /** A maker of sealed values released its keys for this attempt, or says why not. */
  event('KeysAnswered', { ...attempt, agentId: AgentId, answer: KeyAnswer }),
  event('ResultCommitted', { ...attempt, agentId: AgentId, commitment: Bytes32, signature: Signature }),
  event('RevealOpened', { ...attempt, deadlineMs: Millis }),
  event('ResultReceived', { ...attempt, agentId: AgentId, answer: Answer }),
  /** Too few agree yet, or have answered: one more agent is to be asked, in an attempt that adds to those before it. */
  event('ReplicaWanted', {
    ...attempt,
    /** What there is too little of. No word of what was answered: agents can read the hashes of events, and could guess at one. */
    lacks: z.enum(['commitments', 'answers', 'agreement']),
    /** Until when an agent must be free for it. */
    deadlineMs: Millis,
  }),
  /** No other agent is asked: what is there decides. */
  event('ReplicasEnded', {
    ...attempt,
    reason: z.string(),
    /** Who would have been asked, and who not; absent where time decided. */
    choice: z
      .object({
        chosen: z.array(Choice),
        passedOver: z.array(PassedOver),
        unlisted: z.int().min(1).optional(),
      })
      .optional(),
  }),
  /** The rules brought no agreement: a model is to be asked which of the answers stands. */
  event('JudgeAsked', {
    ...attempt,
    ...since,
    /** Content hash of the words in which it is asked, in both orders of the answers. */
    question: Bytes32,
    /** Content hashes of the answers that it may choose among, in the order in which they are shown first. */
    answers: z.array(Bytes32).min(2),
    deadlineMs: Millis,
  }),
  event('JudgeAnswered', {
    ...attempt,
    ...since,
    model: z.string(),
    /** Content hash of the record of what it was told, and answered. */
    judging: Bytes32,
    /** What it chose in the one order, and in the other; null where none stands for it. */
    choices: z.array(Bytes32.nullable()).length(2),
    reasons: z.array(z.string()).length(2),
    /** What it chose in both; null where that is nothing. */
    chosen: Bytes32.nullable(),
  }),
  /** It gave no answer that can be used, or none in time. */
  event('JudgeGivenUp', { ...attempt, ...since, reason: z.string() }),
  /** The answer that was known; null where nobody told in time. Another attempt follows, as if this had not been. */
  event('GoldOpened', { ...attempt, question: GoldQuestion.nullable(), wrong: z.array(AgentId) }),
  event('AttemptExpired', {
    ...attempt,
    ...since,
    silent: z.array(AgentId),
    phase: z.enum(['execute', 'commit', 'reveal', 'heartbeat', 'excused']),
  }),
  event('SubtaskAgreed', { ...attempt, ...since, verdict: Verdict, output: JsonValue }),
  event('AttemptFailed', {
    ...attempt,
    ...since,
    reason: z.string(),
    retry: z.boolean(),
    verdict: Verdict.nullable(),
    /** When another attempt may begin; absent when it may at once, or there is none. */
    retryAtMs: Millis.optional(),
  }),
  /** It was broken off for an emergency that lacked what the agent had committed to it: no fault, and no failed attempt. */
  event('AttemptPreempted', {
    ...attempt,
    agentId: AgentId,
    claim: Claim,
    policy: PolicyReference,
    /** The policies that let it. */
    reasons: z.array(z.string()),
  }),
  /** The wait before another attempt is over. */
  event('RetryDue', attempt),
  /** It could begin and no agent has a free place for it: it may not end in time. Said once a wait. */
  event('StarvationWarned', {
    ...attempt,
    /** Since when it could begin. */
    sinceMs: Millis,
    /** The deadline that is at risk, of the task or of all attempts together; absent when there is none. */
    dueMs: Millis.optional(),
  }),
  event('ApprovalRequested', {
    subtaskId: SubtaskId,
    contentHash: Bytes32,
    reason: z.string(),
    deadlineMs: Millis,
    onSilence: z.enum(['grant', 'deny']),
    /** Set where a policy asks, before the work is given out: as what somebody approves, and who may. */
    flow: z.object({ role: z.string(), from: z.array(Address) }).optional(),
  }),
  event('ApprovalAnswered', {
    subtaskId: SubtaskId,
    contentHash: Bytes32,
    granted: z.boolean(),
    /** The role in which a flow was approved of. */
    flow: z.string().optional(),
    /** Null when nobody answered and the policy's `onSilence` did. */
    by: z.object({ approver: Address, signedAtMs: Millis, signature: Signature }).nullable(),
  }),
  /** Its condition is false: its output is null, and what waits for it goes on. */
  event('SubtaskSkipped', { subtaskId: SubtaskId }),
  /** Its list is known: each item is a subtask of its own. */
  event('SubtaskExpanded', {
    subtaskId: SubtaskId,
    children: z.array(z.object({ subtaskId: SubtaskId, item: JsonValue })),
  }),
  event('SubtaskGathered', { subtaskId: SubtaskId, output: JsonValue }),
  event('WaitBegun', { subtaskId: SubtaskId, deadlineMs: Millis }),
  event('SignalReceived', {
    subtaskId: SubtaskId,
    signal: z.string(),
    payload: JsonValue,
    by: Signed,
    ...kept,
  }),
  event('WaitElapsed', { subtaskId: SubtaskId }),
  event('QuestionAsked', {
    subtaskId: SubtaskId,
    question: z.string(),
    /** What the question is about; null where it says all. */
    show: JsonValue,
    answerSchema: z.record(z.string(), JsonValue),
    /** Of what is shown, all of the above: an answer is to exactly that. */
    contentHash: Bytes32,
    /** Who may answer. */
    from: z.array(Address),
    deadlineMs: Millis,
    /** Absent where silence fails the subtask. */
    default: JsonValue.optional(),
  }),
  event('QuestionAnswered', {
    subtaskId: SubtaskId,
    contentHash: Bytes32,
    answer: JsonValue,
    /** Null when nobody answered and the default did. */
    by: Signed.nullable(),
    ...kept,
  }),
  event('SubtaskCompleted', { subtaskId: SubtaskId, outputHash: Bytes32 }),
  /** What a subtask did is to be taken back, by work under an id of its own. */
  event('CompensationOpened', {
    subtaskId: SubtaskId,
    compensates: SubtaskId,
    skill: z.string(),
    /** Attempts allowed in all. */
    attempts: z.int(),
  }),
  event('SubtaskFailed', { subtaskId: SubtaskId, reason: z.string() }),
] as const
