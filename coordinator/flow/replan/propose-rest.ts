import { EntenteError } from '../../../protocol/errors.ts'
import { haltsOf, type Plan } from '../../../protocol/plan.ts'
import { type ReplanningRecord, RestProposal } from '../../../protocol/planning.ts'
import { Template } from '../../../protocol/template.ts'
import { isWork } from '../check/structure.ts'
import { cannot, parseProposal, refuseForeign, whyNot } from '../propose.ts'
import type { Rest } from './replace.ts'

/**
 * The rest that a model's answer amounts to. Of the plan so far there goes on what the answer keeps, what its subtasks wait for,
 * and what these wait for. The same answer to the same plan gives the same rest, for whoever reads it.
 *
 * @throws EntenteError PLAN_INVALID, SKILL_UNKNOWN (one that was not offered), GOAL_UNPLANNED (the model says that it cannot)
 */
export function restOfAnswer(plan: Plan, answer: string, { offered }: Pick<ReplanningRecord, 'offered'>): Rest {
  const proposal = parseProposal(answer, RestProposal)
  if ('cannot' in proposal) throw cannot(proposal)
  const { keep = [], subtasks, output = 'outputs' } = proposal
  const parsed = Template.safeParse({ name: 'rest', version: '1.0.0', title: 'The rest', subtasks, output })
  if (!parsed.success) throw new EntenteError('PLAN_INVALID', whyNot(parsed.error))
  refuseForeign(parsed.data, offered)
  const nodes = parsed.data.subtasks.filter(isWork)
  const isNew = new Set(nodes.map(({ id }) => id))
  const named = [...keep, ...nodes.flatMap(({ after }) => after.filter(id => !isNew.has(id)))]
  return { keep: withPreceding(plan, named), subtasks: nodes, output }
}

/** The rest that a record gives: its last answer counts. */
export function restOfRecord(plan: Plan, record: ReplanningRecord): Rest {
  const answer = record.talks.at(-1)!.messages.findLast(({ role }) => role === 'assistant')
  if (!answer) throw new EntenteError('PLAN_INVALID', 'the record of planning has no answer')
  return restOfAnswer(plan, answer.content, record)
}

/** Nodes, and all that they wait for; what is not in the plan is left for the checks to find. */
function withPreceding(plan: Plan, ids: readonly string[]): string[] {
  const after = new Map([...plan.subtasks, ...haltsOf(plan)].map(node => [node.id, node.after]))
  const found = new Set<string>()
  const visit = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    for (const before of after.get(id) ?? []) visit(before)
  }
  for (const id of ids) visit(id)
  return [...found]
}
