import { contentHash, type Json } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Schema } from '../../protocol/parameters.ts'
import { type PlanningRecord, PlanProposal } from '../../protocol/planning.ts'
import { Template } from '../../protocol/template.ts'

/** Characters: no plan that can be taken has as many. */
const maxAnswer = 100_000

/** What an answer is read against. */
export type Asked = Pick<PlanningRecord, 'goal' | 'offered'> & { readonly inputSchema?: Schema | undefined }

/**
 * The template that a model's answer amounts to. Only the subtasks, the title and the output are the model's: the name is
 * the goal's, the schema of the input is who asks'. The same answer gives the same template, for whoever reads it.
 *
 * @throws EntenteError PLAN_INVALID, SKILL_UNKNOWN (one that was not offered), GOAL_UNPLANNED (the model says that it cannot)
 */
export function templateOfAnswer(answer: string, { goal, offered, inputSchema }: Asked): Json {
  const proposal = parseProposal(answer, PlanProposal)
  if ('cannot' in proposal) throw cannot(proposal)
  const { title, subtasks, output } = proposal
  const template: Json = {
    name: `goal-${contentHash(goal).slice(2, 14)}`,
    version: '1.0.0',
    title,
    description: goal,
    ...(inputSchema ? { inputSchema } : {}),
    subtasks,
    ...(output === undefined ? {} : { output }),
  }
  const parsed = Template.safeParse(template)
  if (!parsed.success) throw new EntenteError('PLAN_INVALID', whyNot(parsed.error))
  refuseForeign(parsed.data, offered)
  return template
}

/**
 * Whether a record says how this template came about, as far as the record itself can tell: its last answer gives the template,
 * for the goal of the task. That a model really said so is the word of whoever asked it.
 * @returns what does not hold
 */
export function planningFaults(record: PlanningRecord, { goal, template }: { goal: string; template: Hex }): string[] {
  const answer = record.talks.at(-1)!.messages.findLast(({ role }) => role === 'assistant')
  const faults = record.goal === goal ? [] : ['it is of another goal']
  if (record.template !== template) faults.push(`it is of template ${record.template}, the task names ${template}`)
  if (!answer) return [...faults, 'it has no answer']
  try {
    const given = contentHash(templateOfAnswer(answer.content, record))
    return given === template
      ? faults
      : [...faults, `its last answer gives template ${given}, the task names ${template}`]
  } catch (error) {
    return [...faults, `its last answer gives no template: ${error instanceof Error ? error.message : String(error)}`]
  }
}

export function cannot({ cannot: why }: { readonly cannot: string }): EntenteError {
  return new EntenteError(
    'GOAL_UNPLANNED',
    `the model says that the skills do not do it: ${JSON.stringify(cutText(why, 300))}`,
  )
}

interface Issues {
  readonly issues: readonly { path: readonly PropertyKey[]; message: string }[]
}

/** What an answer must look like. */
interface Form<P> {
  safeParse(value: unknown): { readonly data?: P; readonly error?: Issues }
}

/** @throws EntenteError PLAN_INVALID */
export function parseProposal<P>(answer: string, form: Form<P>): P {
  if (answer.length > maxAnswer) {
    throw new EntenteError('PLAN_INVALID', `the answer has ${answer.length} characters, more than ${maxAnswer}`)
  }
  let parsed: ReturnType<Form<P>['safeParse']>
  try {
    // Some endpoints put what they were asked for into a block of Markdown.
    parsed = form.safeParse(JSON.parse(answer.replace(/^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/, '$1')))
  } catch (cause) {
    // A thousandfold nested one is too deep to be read.
    throw new EntenteError('PLAN_INVALID', `the answer is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (!parsed.error) return parsed.data as P
  throw new EntenteError('PLAN_INVALID', `the answer is not of the form asked for: ${whyNot(parsed.error)}`)
}

/** @throws EntenteError PLAN_INVALID, SKILL_UNKNOWN */
export function refuseForeign({ subtasks }: Template, offered: readonly string[]): void {
  const known = new Set(offered)
  const kinds = subtasks.filter(node => !('skill' in node)).map(({ id }) => id)
  if (kinds.length > 0)
    throw new EntenteError('PLAN_INVALID', `only subtasks with a skill are taken: ${kinds.join(', ')}`)
  const judged = subtasks.filter(node => 'judge' in node && node.judge).map(({ id }) => id)
  if (judged.length > 0)
    throw new EntenteError('PLAN_INVALID', `a plan by a model has no model as judge: ${judged.join(', ')}`)
  const named = subtasks.flatMap(node =>
    'skill' in node ? [node.skill, ...(node.compensate ? [node.compensate.skill] : [])] : [],
  )
  const foreign = [...new Set(named.filter(skill => !known.has(skill)))]
  if (foreign.length === 0) return
  throw new EntenteError('SKILL_UNKNOWN', `${foreign.join(', ')}: not among the skills that were offered`)
}

export function whyNot({ issues }: Issues): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`).join('; ')
}
