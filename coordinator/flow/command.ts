import type { Json } from '../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { JudgingRecord } from '../../protocol/judging.ts'
import type { Excuse } from './excuse.ts'
import type { Fit } from './fit.ts'
import type { OpenGold } from './gold.ts'
import type { MissHeartbeat } from './heartbeat.ts'
import type { Clearance } from './policy/clear.ts'
import type { Preemption } from './preempt.ts'
import type { ReplanByModel } from './replan/seek.ts'
import type { AskKeys } from './seal/ask-keys.ts'

type Bare<T extends TaskEvent['type']> = Omit<TaskEventOf<T>, 'type' | 'atMs'>

/** What somebody, or the world outside, asks of a task. `atMs` is when; the rules have no clock of their own. */
export type Command = { readonly atMs: number } & (
  | ({ readonly type: 'submit' } & Bare<'TaskSubmitted'>)
  | ({ readonly type: 'recordFunding' } & Bare<'TaskFunded'>)
  | ({ readonly type: 'recordCover' } & Bare<'BudgetCovered'>)
  | ({ readonly type: 'reject' } & Bare<'TaskRejected'>)
  | ({ readonly type: 'screen' } & Bare<'TaskScreened'>)
  | ({ readonly type: 'plan' } & Bare<'TaskPlanned'>)
  | ({ readonly type: 'replan' } & ReplanByModel)
  | ({ readonly type: 'refuseReplan' } & Bare<'ReplanRefused'>)
  | ({ readonly type: 'clear' } & Clearance)
  | ({ readonly type: 'fit' } & Fit)
  | ({ readonly type: 'assign' } & Assign)
  | ({ readonly type: 'openGold' } & OpenGold)
  | ({ readonly type: 'answerJudge' } & OfJudge & { readonly record: JudgingRecord })
  | ({ readonly type: 'giveUpJudge' } & OfJudge & { readonly reason: string })
  | ({ readonly type: 'askKeys' } & AskKeys)
  | { readonly type: 'answerKeys'; readonly agentId: string; readonly answer: Bare<'KeysAnswered'>['answer'] }
  | { readonly type: 'receive'; readonly agentId: string; readonly answer: Bare<'ResultReceived'>['answer'] }
  | { readonly type: 'passTime' }
  | ({ readonly type: 'excuse' } & Excuse)
  | ({ readonly type: 'missHeartbeat' } & MissHeartbeat)
  | ({ readonly type: 'preempt' } & Preemption)
  | ({ readonly type: 'answerApproval' } & Bare<'ApprovalAnswered'>)
  | ({ readonly type: 'answerQuestion' } & Bare<'QuestionAnswered'>)
  | ({ readonly type: 'signal' } & Omit<Bare<'SignalReceived'>, 'subtaskId'>)
  | ({ readonly type: 'cancel' } & Bare<'TaskCanceled'>)
  | ({ readonly type: 'pause' } & Bare<'TaskPaused'>)
  | ({ readonly type: 'resume' } & Bare<'TaskResumed'>)
  | ({ readonly type: 'recordBatch' } & Bare<'TaskBatched'>)
  | ({ readonly type: 'recordFall' } & Bare<'BatchFell'>)
  | ({ readonly type: 'recordSettlement' } & Bare<'TaskSettled'>)
  | ({ readonly type: 'recordProof' } & Bare<'TaskProven'>)
)

/** The attempt about which a judge was asked. */
type OfJudge = Pick<Bare<'JudgeAsked'>, 'subtaskId' | 'attempt'>

/** An attempt for whoever was chosen. */
type Assign = Pick<
  Bare<'SubtaskAssigned'>,
  'subtaskId' | 'attempt' | 'skill' | 'outputSchema' | 'chosen' | 'passedOver' | 'unlisted' | 'learned'
> & {
  /** The gold question that is due, with its input as far as somebody has that. */
  readonly gold?: { readonly question: Hex; readonly input?: Json }
}

/** A command of one kind. */
export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>
