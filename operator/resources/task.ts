import { z } from 'zod'
import type { TaskSummary as SummaryRow } from '../../coordinator/views/list-tasks.ts'
import type { TaskDetail } from '../../coordinator/views/read-task.ts'
import { JsonValue } from '../../protocol/json.ts'
import { faults } from '../../protocol/settlement.ts'
import { priorities, taskStates } from '../../protocol/task.ts'
import { AddressText, AgentIdText, AmountText, Hash, TimeMs } from './fields.ts'
import { Question, toQuestion } from './question.ts'
import { Subtask, toSubtask } from './subtask.ts'

const summary = {
  taskId: Hash,
  number: z.int().describe('The order in which tasks were accepted'),
  state: z.enum(taskStates),
  goal: z.string(),
  template: z.object({ name: z.string(), version: z.string() }).nullable().describe('Null until it is planned'),
  requester: AddressText,
  domainId: z.string().nullable(),
  authority: z.enum(['order', 'response-plan']),
  priority: z.enum(priorities).describe('The class that its work waits in'),
  budget: AmountText,
  deadlineMs: TimeMs,
  submittedAtMs: TimeMs,
  endedAtMs: TimeMs.nullable(),
  settledAtMs: TimeMs.nullable(),
  provenAtMs: TimeMs.nullable(),
  openApprovals: z.int(),
  openQuestions: z.int(),
  pausedAtMs: TimeMs.nullable().describe('Since when no new work is given out'),
  warnedAtMs: TimeMs.nullable().describe('When it was last said that work of it waits too long for a free agent'),
  reason: z.string().nullable().describe('Why it failed, was cancelled or rejected'),
  bundle: Hash.nullable().describe('SHA-256 of the bundle, once it is proven'),
}

export const TaskSummary = z.object(summary).meta({ id: 'TaskSummary' })

export const Approval = z
  .object({
    subtaskId: z.string(),
    contentHash: Hash.describe('Of the very content to decide on: send it with the decision'),
    reason: z.string(),
    requestedAtMs: TimeMs,
    deadlineMs: TimeMs,
    onSilence: z.enum(['grant', 'deny']),
    answer: z
      .object({
        granted: z.boolean(),
        atMs: TimeMs,
        approver: AddressText.nullable().describe('Null when silence answered'),
      })
      .nullable(),
  })
  .meta({ id: 'Approval' })

export const Money = z
  .object({
    kind: z.enum(['payment', 'penalty', 'fee', 'refund']),
    agentId: AgentIdText.nullable(),
    amount: AmountText,
    fault: z.enum(faults).nullable(),
    subtaskId: z.string().nullable(),
  })
  .meta({ id: 'Money', description: 'payments + fee + refund = budget; penalties come out of stakes' })

export const Task = z
  .object({
    ...summary,
    input: JsonValue,
    output: JsonValue,
    outputHash: Hash.nullable(),
    planHash: Hash.nullable(),
    batch: z.string().nullable(),
    settledTx: Hash.nullable(),
    provenTx: Hash.nullable(),
    contribution: z
      .object({ whole: AmountText, shares: z.array(z.object({ agentId: AgentIdText, share: z.string() })) })
      .nullable(),
    events: z.int().describe('Events in its history'),
    subtasks: z.array(Subtask),
    approvals: z.array(Approval),
    questions: z.array(Question),
    money: z.array(Money),
  })
  .meta({ id: 'Task' })

export function toTaskSummary(row: SummaryRow): z.infer<typeof TaskSummary> {
  const { templateName: name, templateVersion: version, ...rest } = row
  const template = name === null || version === null ? null : { name, version }
  return TaskSummary.parse({ ...rest, template })
}

export function toTask(row: TaskDetail): z.infer<typeof Task> {
  return Task.parse({
    ...row,
    ...toTaskSummary(row),
    input: JSON.parse(row.input),
    output: jsonOrNull(row.output),
    contribution: jsonOrNull(row.contribution),
    events: row.length,
    subtasks: row.subtasks.map(subtask => toSubtask(subtask, row.assignments)),
    approvals: row.approvals.map(toApproval),
    questions: row.questions.map(toQuestion),
    money: row.money,
  })
}

function toApproval({ answeredAtMs, granted, approver, ...rest }: TaskDetail['approvals'][number]) {
  const answer = answeredAtMs === null ? null : { granted: granted === 1, atMs: answeredAtMs, approver }
  return { ...rest, answer }
}

function jsonOrNull(text: string | null) {
  return text === null ? null : JSON.parse(text)
}
