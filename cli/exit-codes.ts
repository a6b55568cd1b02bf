import type { Task } from '../coordinator/flow/state.ts'
import type { Report } from '../evidence/report.ts'
import { EntenteError, type ErrorCode } from '../protocol/errors.ts'

/** What the exit status of every verb means. */
export const exitCodes = { done: 0, failed: 1, usage: 2, noResponse: 3, taskEnded: 4, notVerified: 5 } as const

export const exitCodesHelp = `
Exit status:
  0  done, and verified
  1  something of ours failed; the message says what to do
  2  the command, its configuration or its input is wrong
  3  no response was opened: the alert has expired, is not actual, or asks for none
  4  the task ended otherwise: rejected, failed, or cancelled
  5  the evidence does not hold`

const noResponse: ReadonlySet<ErrorCode> = new Set([
  'ALERT_EXPIRED',
  'ALERT_NOT_ACTUAL',
  'ALERT_WITHDRAWN',
  'THRESHOLD_NOT_MET',
  'TRACK_NO_THREAT',
])
const input: ReadonlySet<ErrorCode> = new Set([
  'ALERT_INVALID',
  'ANSWERS_INVALID',
  'COMMAND_INVALID',
  'CONFIG_INVALID',
  'DATA_EMPTY',
  'FILE_TOO_LARGE',
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'GAME_INVALID',
  'GOAL_UNMATCHED',
  'GOAL_UNPLANNED',
  'INPUT_INVALID',
  'KEY_INVALID',
  'LAB_DATA_INVALID',
  'PARAMETERS_INVALID',
  'PLANNING_OVER_BUDGET',
  'PLACE_UNKNOWN',
  'PLAN_INVALID',
  'PLAN_OVER_BUDGET',
  'POLICY_INVALID',
  'READER_UNKNOWN',
  'READ_MODEL_MISSING',
  'REDACTION_NEEDLESS',
  'RPC_NEEDLESS',
  'SHARES_INVALID',
  'SKILL_INVALID',
  'SKILL_UNKNOWN',
  'TRACK_INVALID',
])

/** What became of a task whose bundle was verified. */
export function exitCodeOfTask({ state }: Pick<Task, 'state'>, { ok }: Pick<Report, 'ok'>): number {
  if (state !== 'completed') return exitCodes.taskEnded
  return ok ? exitCodes.done : exitCodes.notVerified
}

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof EntenteError)) return exitCodes.failed
  if (noResponse.has(error.code)) return exitCodes.noResponse
  if (error.code === 'BUNDLE_INVALID') return exitCodes.notVerified
  return input.has(error.code) ? exitCodes.usage : exitCodes.failed
}
