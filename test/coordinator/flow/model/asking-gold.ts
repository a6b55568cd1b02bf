import fc from 'fast-check'
import type { Command } from '../../../../coordinator/flow/command.ts'
import { goldDue } from '../../../../coordinator/flow/gold.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import { contentHash } from '../../../../protocol/canonical.ts'
import { type GoldQuestion, goldHash } from '../../../../protocol/gold.ts'
import type { Belief } from './belief.ts'
import { questions } from './known-questions.ts'
import { held, pick, place, send, skewMs, step } from './named-step.ts'
import type { NodeBelief } from './node-belief.ts'
import type { Message } from './world.ts'

/** Whether somebody has the text of the question that is due; or says that none is, or that another is. */
export type Brings = 'it' | 'no text' | 'none' | 'another'
export const brings: fc.Arbitrary<Brings> = fc.constantFrom('it', 'it', 'it', 'it', 'it', 'no text', 'none', 'another')

type Gold = Extract<Command, { type: 'assign' }>['gold']

/** What an assignment says of gold. Whether it is due the lot says, and not the model. */
export function goldFor(task: Task, { work }: NodeBelief, how: Brings = 'it'): { gold?: NonNullable<Gold> } {
  const due = goldDue(task, work!)
  if (how === 'none' || !due) return {}
  const question = questions.find(each => goldHash(each) === due)!
  const named = how === 'another' ? questions.find(each => each !== question)! : question
  return { gold: { question: goldHash(named), ...(how === 'no text' ? {} : { input: named.input }) } }
}

export function isGoldAsDue(task: Task, { work }: NodeBelief, gold: Gold): boolean {
  return (gold?.question ?? null) === goldDue(task, work!)
}

/** The answer to what was asked is told: when all have answered or before, the right one or another. */
export const tell = step(
  'tell',
  fc.record({
    place,
    what: fc.constantFrom('it', 'it', 'it', 'another', 'a lie'),
    ahead: fc.constantFrom(0, 0, 0, -1, 1),
    held,
    skewMs,
  }),
  ({ place, what, ahead, ...how }, world, belief) => {
    const asking = [...belief.nodes.values()].filter(({ question }) => question !== '')
    const node = pick([...asking.filter(({ isGold }) => isGold), ...asking], place)
    if (!node) return
    const asked = questions.find(each => goldHash(each) === node.question)
    if (!asked) return
    const other = questions.find(each => each !== asked)!
    const told = what === 'another' ? other : what === 'a lie' ? { ...asked, answer: { n: 9 } } : asked
    send(world, belief, telling(node, told, ahead), how)
  },
)

/** What tells the answer that is known. */
export function answerKnown(node: NodeBelief): Message {
  return telling(node, questions.find(each => goldHash(each) === node.question)!)
}

function telling({ id, attempts }: NodeBelief, question: GoldQuestion, ahead = 0): Message {
  return { type: 'openGold', subtaskId: id, attempt: Math.max(attempts + ahead, 1), question }
}

/** Whether it is told of the open attempt, after all have answered who will, and as it was named before. */
export function mayTell(
  belief: Belief,
  { subtaskId, attempt, question }: Extract<Command, { type: 'openGold' }>,
): boolean {
  const node = belief.nodes.get(subtaskId)
  if (belief.ended || !node?.isGoldAnswered || node.attempts !== attempt) return false
  return goldHash(question) === node.question && contentHash(question.input) === node.inputHash
}
