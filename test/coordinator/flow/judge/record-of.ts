import { findSubtask } from '../../../../coordinator/flow/compensate.ts'
import { inBothOrders, judgeTalk } from '../../../../coordinator/flow/judge/judge-talk.ts'
import { type JudgedAnswer, type JudgeQuestion, leftToJudge } from '../../../../coordinator/flow/judge/question.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import type { JudgingRecord } from '../../../../protocol/judging.ts'

/** What is asked of the judge about this subtask. */
export function questionIn(task: Task, subtaskId: string): JudgeQuestion {
  return leftToJudge(findSubtask(task.plan, subtaskId)!, task.subtasks.get(subtaskId)!)!.question
}

/** A choice by the values of the answers, whatever their numbers. */
export type Choose = (answers: readonly JudgedAnswer[], order: number) => string

/** Chooses the first answer of which this holds. */
export const where =
  (is: (answer: JudgedAnswer) => boolean): Choose =>
  answers => {
    const place = answers.findIndex(is)
    return place < 0 ? 'none' : `${place + 1}`
  }

/** What a model that chooses so says when it is asked. */
export function recordOf(question: JudgeQuestion, choose: Choose): JudgingRecord {
  const talks = inBothOrders(question).map((answers, order) => {
    const content = JSON.stringify({ choice: choose(answers, order), reasons: 'it is plain' })
    return { messages: [...judgeTalk(question, answers), { role: 'assistant' as const, content }] }
  })
  return { format: 'entente.judging/1', model: 'recorded', tokens: { input: 1, output: 1 }, talks }
}
