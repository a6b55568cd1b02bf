import { z } from 'zod'
import type { TaskDetail } from '../../coordinator/views/read-task.ts'
import { phases, standings } from '../../coordinator/views/tables-of-tasks.ts'
import { JsonValue } from '../../protocol/json.ts'
import { AddressText, AgentIdText, AmountText, Hash, TimeMs } from './fields.ts'

export const Assignment = z
  .object({
    attempt: z.int(),
    agentId: AgentIdText,
    domainId: z.string(),
    wallet: AddressText,
    price: AmountText,
    stake: AmountText,
    score: z.number(),
    reasons: z.array(z.string()).describe('Why this agent'),
    assignedAtMs: TimeMs,
    committedAtMs: TimeMs.nullable(),
    answeredAtMs: TimeMs.nullable(),
    outputHash: Hash.nullable(),
    failure: z.string().nullable().describe('Why it could not, in its own words'),
    standing: z.enum(standings).nullable().describe('What became of it; null while it is open'),
  })
  .meta({ id: 'Assignment' })

export const Subtask = z
  .object({
    subtaskId: z.string(),
    title: z.string(),
    skill: z.string().describe('Empty where nobody works: a wait, a question'),
    after: z.array(z.string()),
    replicas: z.int(),
    quorum: z.int(),
    weight: z.int(),
    phase: z.enum(phases),
    attempt: z.int().describe('The one that is open, or was the last; 0 before the first'),
    attempts: z.int().describe('Allowed in all'),
    deadlineMs: TimeMs.nullable(),
    startedAtMs: TimeMs.nullable(),
    endedAtMs: TimeMs.nullable(),
    warnedAtMs: TimeMs.nullable().describe(
      'When it was said that it waits too long for a free agent, as long as it does',
    ),
    confidence: z.number().nullable().describe('accepted ÷ asked'),
    output: JsonValue,
    reason: z.string().nullable().describe('Why the last attempt failed'),
    passedOver: z.array(z.object({ agentId: AgentIdText, domainId: z.string(), why: z.string() })),
    assignments: z.array(Assignment),
  })
  .meta({ id: 'Subtask' })

export function toSubtask(
  row: TaskDetail['subtasks'][number],
  assignments: TaskDetail['assignments'],
): z.infer<typeof Subtask> {
  return Subtask.parse({
    ...row,
    after: JSON.parse(row.after),
    output: row.output === null ? null : JSON.parse(row.output),
    passedOver: JSON.parse(row.passedOver),
    assignments: assignments
      .filter(({ subtaskId }) => subtaskId === row.subtaskId)
      .map(assignment => ({ ...assignment, reasons: JSON.parse(assignment.reasons) })),
  })
}
