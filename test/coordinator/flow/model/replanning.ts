import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { longestChain } from '../../../../coordinator/flow/check/limits.ts'
import { idsInCycle } from '../../../../coordinator/flow/check/structure.ts'
import type { Command } from '../../../../coordinator/flow/command.ts'
import { restOfRecord } from '../../../../coordinator/flow/replan/propose-rest.ts'
import { contentHash, type Json } from '../../../../protocol/canonical.ts'
import { haltsOf, type Plan } from '../../../../protocol/plan.ts'
import type { ReplanningRecord } from '../../../../protocol/planning.ts'
import type { Belief } from './belief.ts'
import { noHash } from './messages.ts'
import { held, place, send, step } from './named-step.ts'
import { fail, type Step } from './step.ts'
import type { Message } from './world.ts'

const nodesOf = (plan: Plan) => [...plan.subtasks, ...haltsOf(plan)]

/** A model answers what it was asked for, or was not: another rest of the plan, in order or not. */
export const replan = step(
  'replan',
  fc.record({
    after: fc.array(place, { maxLength: 2 }),
    keep: fc.array(place, { maxLength: 2 }),
    name: fc.constantFrom('fresh', 'fresh', 'fresh', 'used'),
    circular: fc.constantFrom(false, false, false, false, true),
    stale: fc.constantFrom(false, false, false, false, true),
    refuses: fc.constantFrom(false, false, true),
    deadlineMs: fc.constantFrom(200, 500, 500, 70_000),
    held,
  }),
  (given, world, belief) => {
    if (!belief.plan) return
    const planHash = (given.stale ? noHash : belief.planHash) as `0x${string}`
    if (given.refuses) {
      send(world, belief, { type: 'refuseReplan', planHash, reason: 'a test' }, { held: given.held })
      return
    }
    const known = [...belief.nodes.keys()]
    const named = (places: readonly number[]) => places.map(each => known[each % known.length]!)
    const names = ['x', 'y'].map(letter => (given.name === 'used' ? known.at(-1)! : `${letter}${world.records.size}`))
    const work = { skill: 's@1', deadlineMs: given.deadlineMs, attempts: 1 }
    const subtasks: Json[] = [
      { ...work, id: names[0]!, after: [...named(given.after), ...(given.circular ? [names[1]!] : [])] },
      { ...work, id: names[1]!, after: [names[0]!] },
    ]
    send(world, belief, answered(world, planHash, { keep: named(given.keep), subtasks }), { held: given.held })
  },
)

function answered({ task, records }: Step['world'], planHash: ReplanningRecord['planHash'], answer: Json): Message {
  const record: ReplanningRecord = {
    format: 'entente.replanning/1',
    goal: 'a test',
    planHash,
    model: { name: 'recorded', endpoint: null },
    vocabulary: noHash,
    offered: ['s@1'],
    tokens: { input: 1, output: 1 },
    talks: [{ about: 'rest', messages: [{ role: 'assistant', content: JSON.stringify(answer) }] }],
  }
  const planning = contentHash(record)
  records.set(planning, record)
  return { type: 'replan', planHash, planning, rest: restOfRecord(task.plan!, record) }
}

/** Whether an answer can replace the rest of what is believed to be the plan. */
export function fits(belief: Belief, { rest, atMs }: Extract<Command, { type: 'replan' }>): boolean {
  const { nodes } = belief
  const current = [...nodes.values()].filter(({ phase, isUndo }) => phase !== 'given up' && !isUndo)
  const isKept = (id: string, list: string | null) =>
    rest.keep.includes(id) || (list !== null && rest.keep.includes(list))
  const stays = current.filter(({ id, list, isOver }) => isOver || isKept(id, list))
  if (rest.keep.some(id => !current.some(node => node.id === id))) return false
  const isLone = ({ id, list, isOver }: (typeof stays)[number]) =>
    rest.keep.includes(id) && !isOver && list !== null && !rest.keep.includes(list)
  if (stays.some(isLone)) return false
  if (stays.some(({ id, list, phase }) => phase === 'failed' && isKept(id, list))) return false
  if (rest.subtasks.some(({ id }) => nodes.has(id)) || new Set(rest.subtasks.map(({ id }) => id)).size < 2) return false
  const there = new Set([...stays, ...rest.subtasks].map(({ id }) => id))
  const all = [...stays.map(({ id, after }) => ({ id, after })), ...rest.subtasks]
  if (all.some(({ after }) => after.some(id => !there.has(id))) || idsInCycle(all).length > 0) return false
  const open = stays
    .filter(({ isOver }) => !isOver)
    .map(({ id, after, work, wait, ask }) => ({
      id,
      after,
      ...work,
      ...(wait ? { wait } : {}),
      ...(ask ? { ask } : {}),
    }))
  const left = [...open, ...rest.subtasks] as unknown as Plan['subtasks']
  const ids = new Set(left.map(({ id }) => id))
  const chains = left.map(node => ({ ...node, after: node.after.filter(id => ids.has(id)) }))
  return longestChain(chains).longestMs <= belief.submitted!.deadlineMs - atMs
}

/** 16. A plan is replaced as often as the order lets it be, and never what was done, an id, the budget or the deadline. */
export function replannedInOrder(step: Step): void {
  const { belief, before, after, events } = step
  if (!events.some(({ type }) => type === 'TaskReplanned')) return
  const { replan: policy } = belief.submitted!.spec.policy
  const over = new Set([...belief.nodes.values()].filter(({ isOver }) => isOver).map(({ id }) => id))
  const used = new Set(belief.nodes.keys())
  let { plan, planHash, replanned } = belief
  for (const event of events) {
    if (event.type === 'SubtaskCompleted' || event.type === 'SubtaskSkipped') over.add(event.subtaskId)
    if (event.type === 'SubtaskExpanded') for (const { subtaskId } of event.children) used.add(subtaskId)
    if (event.type === 'TaskPlanned') {
      ;({ plan, planHash } = event)
      for (const { id } of nodesOf(event.plan)) used.add(id)
    }
    if (event.type !== 'TaskReplanned') continue
    const next = nodesOf(event.plan)
    const fallbacks = plan!.otherwise ?? []
    if (event.oldPlanHash !== planHash || event.planHash !== contentHash(event.plan))
      fail('another plan than it says', step)
    if (++replanned > (policy?.max ?? Number.POSITIVE_INFINITY)) fail('replaced too often', step)
    if ('planning' in event.by && policy?.by !== 'model') fail('a model that was not to be asked', step)
    const { by } = event
    if ('fallback' in by && !fallbacks.some(({ id }) => id === by.fallback)) fail('a fallback taken up again', step)
    for (const id of over) if (!next.some(node => node.id === id)) fail(`${id} was done, and is given up`, step)
    for (const id of event.added) if (used.has(id)) fail(`${id} is used again`, step)
    for (const node of next) {
      const old = nodesOf(plan!).find(({ id }) => id === node.id)
      if (old && !isDeepStrictEqual(old, node)) fail(`${node.id} is planned otherwise`, step)
      if (!node.after.every(id => next.some(each => each.id === id)))
        fail(`${node.id} waits for what is not there`, step)
    }
    if (idsInCycle(next).length > 0) fail('a circle', step)
    for (const id of event.added) used.add(id)
    ;({ plan, planHash } = event)
  }
  if (!isDeepStrictEqual(before.submitted, after.submitted)) fail('what was ordered is another', step)
  for (const [id, progress] of before.subtasks) {
    if (['completed', 'skipped'].includes(progress.phase) && !isDeepStrictEqual(after.subtasks.get(id), progress)) {
      fail(`${id} was done, and is done otherwise`, step)
    }
  }
}
