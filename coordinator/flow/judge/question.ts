import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { JudgeRule, Subtask } from '../../../protocol/plan.ts'
import type { Verdict } from '../../../protocol/verdict.ts'
import { agree } from '../agree/agree.ts'
import type { Replica } from '../agree/replica.ts'
import { type Revealed, revealedIn } from '../agree/revealed.ts'
import type { SubtaskProgress } from '../progress.ts'
import { type Field, fieldsOf, leftOpen, valueAt } from './fields.ts'

/** One answer as the judge sees it: what it may decide of it, and no word of whose it is. */
export interface JudgedAnswer {
  readonly hash: Hex
  readonly value: Json
}

/** What is asked of a judge. All of it follows from the plan and from what was revealed. */
export interface JudgeQuestion {
  readonly rule: JudgeRule
  readonly title: string
  readonly skill: string
  readonly input: Json
  /** Each once, in the order of their hashes: that says nothing of agents, nor can one choose its place. */
  readonly answers: readonly JudgedAnswer[]
}

/** What of an attempt is left to a judge. */
export interface LeftToJudge {
  readonly question: JudgeQuestion
  readonly fields: readonly Field[]
  readonly revealed: Revealed
  /** By the rules of the skill, on all that is not the judge's to decide. */
  readonly verdict: Verdict
  /** Who stands by that. */
  readonly candidates: readonly Replica[]
}

/**
 * What is asked about answers that do not agree; null where that is not a judge's to decide: a quorum must agree, by the rules, on
 * all but what it may decide, and there must be something to choose.
 */
export function leftToJudge(subtask: Subtask, progress: SubtaskProgress): LeftToJudge | null {
  const { judge: rule, quorum, title, id, skill } = subtask
  if (!rule) return null
  const fields = fieldsOf(rule)
  const revealed = revealedIn(progress, quorum)
  const schema = fields.reduce(leftOpen, revealed.schema)
  const { verdict } = agree(revealed.replicas, schema, revealed.asked)
  const candidates = revealed.replicas.filter(({ agentId }) => verdict.accepted.includes(agentId))
  const answers = answersOf(candidates, rule)
  if (verdict.outcome !== 'agreed' || answers.length < 2) return null
  const question = { rule, title: title || id, skill, input: progress.assigned!.input, answers }
  return { question, fields, revealed, verdict, candidates }
}

/** The answer of a replica, as the judge sees it. */
export function answerOf({ output }: Replica, rule: JudgeRule): JudgedAnswer {
  const { fields } = rule
  const parts = fields?.map((pointer, place) => [pointer, valueAt(output, fieldsOf(rule)[place]!)] as const)
  const value = parts ? Object.fromEntries(parts) : output
  return { hash: contentHash(value), value }
}

function answersOf(candidates: readonly Replica[], rule: JudgeRule): JudgedAnswer[] {
  const byHash = new Map(candidates.map(each => answerOf(each, rule)).map(each => [each.hash, each] as const))
  return [...byHash.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1))
}
