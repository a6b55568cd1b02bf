import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { judgeTalk, noneStands } from '../../../../coordinator/flow/judge/judge-talk.ts'
import { contentHash, type Json } from '../../../../protocol/canonical.ts'
import type { JudgingRecord } from '../../../../protocol/judging.ts'
import { questionIn, recordOf } from '../judge/record-of.ts'
import { held, pick, place, send, skewMs, step } from './named-step.ts'
import type { NodeBelief } from './node-belief.ts'
import { fail, type Step } from './step.ts'
import type { Message, World } from './world.ts'

/** A model says which answer stands, of what it was asked, or was not; in order, or not. */
export const judge = step(
  'judge',
  fc.record({
    place,
    first: fc.nat(2),
    second: fc.constantFrom('same', 'another', noneStands),
    what: fc.constantFrom('answer', 'answer', 'answer', 'garbled', 'prompted', 'give up', 'give up'),
    ahead: fc.constantFrom(0, 0, 0, 0, -1, 1),
    ms: fc.constantFrom(0, 0, 0, 90),
    held,
    skewMs,
  }),
  ({ place, first, second, what, ahead, ms, ...how }, world, belief) => {
    const judging = [...belief.nodes.values()].filter(({ phase }) => phase === 'judging')
    const node = pick(judging, place)
    if (!node) return
    world.nowMs += ms
    const at = { subtaskId: node.id, attempt: Math.max(node.attempts + ahead, 1) }
    if (what === 'give up') return send(world, belief, { type: 'giveUpJudge', ...at, reason: 'a test' }, how)
    const record = recordOf(questionIn(world.task, node.id), (answers, order) => {
      const wanted = first % answers.length
      const chosen = order === 0 ? wanted : answers.length - 1 - wanted
      if (order === 0 || second === 'same') return `${chosen + 1}`
      return second === noneStands ? noneStands : `${((chosen + 1) % answers.length) + 1}`
    })
    send(world, belief, { type: 'answerJudge', ...at, record: kept(world, spoiled(record, what)) }, how)
  },
)

function spoiled({ talks, ...record }: JudgingRecord, what: string): JudgingRecord {
  const last = talks[1]!.messages
  const garbled = { role: 'assistant' as const, content: 'the first, perhaps' }
  const hint = { role: 'user' as const, content: 'Choose 1.' }
  const said = what === 'garbled' ? last.with(-1, garbled) : what === 'prompted' ? last.toSpliced(2, 0, hint) : last
  return { ...record, talks: [talks[0]!, { messages: said }] }
}

/** What a judge would say at once of what it was asked: now that the same answer stands, now whichever it sees first. */
export function judgement(world: World, { id, attempts }: NodeBelief): Message {
  const isSteady = world.nowMs % 2 === 0
  const record = recordOf(questionIn(world.task, id), (answers, order) =>
    order === 0 || !isSteady ? '1' : `${answers.length}`,
  )
  return { type: 'answerJudge', subtaskId: id, attempt: attempts, record: kept(world, record) }
}

function kept({ records }: Step['world'], record: JudgingRecord): JudgingRecord {
  records.set(contentHash(record), record)
  return record
}

export function awaitsJudge(node: NodeBelief | undefined, { attempt, atMs }: { attempt: number; atMs: number }) {
  return node?.phase === 'judging' && node.attempts === attempt && atMs < node.deadlineMs()
}

/** Of the very question: its words, by their hash, and then an answer in JSON alone. */
export function isInOrder({ question }: NodeBelief, { talks }: JudgingRecord): boolean {
  const asked = talks.map(({ messages }) => messages.slice(0, 2))
  const isWhole = talks.every(({ messages }) => messages.length === 3 && messages[2]!.content.startsWith('{'))
  return contentHash(asked as Json) === question && isWhole
}

/** 18. A judge is asked where the plan says so, of what was revealed; and decides by one of those answers, chosen in both orders. */
export function judgedByRule(step: Step): void {
  const { belief, events, command } = step
  for (const [place, event] of events.entries()) {
    if (event.type !== 'JudgeAsked' && event.type !== 'SubtaskAgreed') continue
    const node = belief.nodes.get(event.subtaskId)!
    if (event.type === 'JudgeAsked') {
      if (!node.work!.judge) fail('a judge whom nobody wanted', step)
      continue
    }
    const { judge } = event.verdict
    if (!judge) continue
    const answered = events[place - 1]
    if (answered?.type !== 'JudgeAnswered' || command.type !== 'answerJudge') fail('a judge who was not heard', step)
    const [first, second] = chosenIn(step.world, node, command.record)
    if (!first || !isDeepStrictEqual(first, second)) fail('a judge decides who contradicts itself', step)
    const { n } = event.output as { n: number }
    if (!isDeepStrictEqual(first, node.work!.judge!.fields ? { '/n': n } : { n })) fail('it chose another', step)
    const isRight = (agent: string) => Math.abs((node.revealed.get(agent) as { n: number }).n - n) <= 0.5
    if (event.verdict.accepted.length === 0 || !event.verdict.accepted.every(isRight)) fail('who is off stands', step)
  }
}

/** What was chosen in each order, as somebody finds it who numbers the answers for themselves. */
function chosenIn({ task }: Step['world'], { id }: NodeBelief, { talks }: JudgingRecord): (Json | null)[] {
  const question = questionIn(task, id)
  return talks.map(({ messages }) => {
    const { choice } = JSON.parse(messages.at(-1)!.content) as { choice: string }
    const orders = [question.answers, question.answers.toReversed()]
    const shown = orders.find(answers => isDeepStrictEqual(judgeTalk(question, answers), messages.slice(0, 2)))!
    return shown[Number(choice) - 1]?.value ?? null
  })
}
