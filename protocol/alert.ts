import { z } from 'zod'
import { contentHash } from './canonical.ts'
import type { Hex } from './hash.ts'
import { AgentId, Bytes32, DomainId, Millis, SubtaskId, TaskId } from './ids.ts'

/** What a consortium is warned of; docs/SUPERVISION.md says of each when. */
export const alertCodes = [
  'deadline-at-risk',
  'agent-degrading',
  'spending-too-fast',
  'unusual-refusals',
  'disagreement-rising',
  'chain-lagging',
] as const
export const AlertCode = z.enum(alertCodes)
export type AlertCode = z.infer<typeof AlertCode>

/** What an alert is about: whichever of these it names. */
export const AlertSubject = z.strictObject({
  taskId: TaskId.optional(),
  subtaskId: SubtaskId.optional(),
  agentId: AgentId.optional(),
  domainId: DomainId.optional(),
  skill: z.string().optional(),
  /** The policy set that decided, by its name. */
  policy: z.string().optional(),
  /** What of the chain lags: `waiting` to be sent, `finality`, or `budgets` to be reserved. */
  chain: z.enum(['waiting', 'finality', 'budgets']).optional(),
})
export type AlertSubject = z.infer<typeof AlertSubject>

export const severities = ['notice', 'warning', 'critical'] as const

/** What is wrong now, as a rule says it. */
export const Warning = z.object({
  code: AlertCode,
  about: AlertSubject,
  severity: z.enum(severities),
  /** In words and numbers. */
  cause: z.string(),
  /** The numbers of the cause by name; shares from 0 to 1, times in milliseconds. */
  figures: z.record(z.string(), z.number()),
  /** What a person may do about it. */
  suggestion: z.string(),
})
export type Warning = z.infer<typeof Warning>

/** A warning that was raised. Its id names this one time that it was. */
export const Alert = Warning.extend({ alertId: Bytes32, raisedAtMs: Millis })
export type Alert = z.infer<typeof Alert>

/** What lies in the stream `ALERTS`. Under one subject raised and cleared take turns. */
export const AlertEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('raised'), alert: Alert }),
  z.object({ kind: z.literal('cleared'), alertId: Bytes32, atMs: Millis }),
])
export type AlertEntry = z.infer<typeof AlertEntry>

/** One for each code and each thing that it can be about. What of a task it began with may move on while it lasts. */
export function warningKey({ code, about }: Pick<Warning, 'code' | 'about'>): string {
  const { subtaskId: _, ...whole } = about
  return contentHash([code, whole]).slice(2, 34)
}

export function alertIdOf({ code, about }: Pick<Warning, 'code' | 'about'>, raisedAtMs: number): Hex {
  return contentHash([code, about, raisedAtMs])
}
