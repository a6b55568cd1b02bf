import { join } from 'node:path'
import { describe } from '../../coordinator/planner/goal/find-template.ts'
import { recordsIn } from '../../coordinator/planner/goal/kept-records.ts'
import type { Planner } from '../../coordinator/planner/goal/plan-by-model.ts'
import { type PlannedGoal, parametersOf, planGoal } from '../../coordinator/planner/goal/plan-goal.ts'
import { createVocabulary } from '../../coordinator/planner/goal/vocabulary.ts'
import type { Offers } from '../../coordinator/planner/offered.ts'
import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { type Halt, haltsOf, type Plan, type Subtask } from '../../protocol/plan.ts'
import { embedderOf } from '../../registry/retrieve/embedder-of.ts'
import type { Config } from '../../stack/config.ts'
import { mostOf } from './most-of.ts'
import { type GoalOptions, knownTemplates, planningLimits, wantedOf, wholeNumber } from './read-options.ts'

/** To embed more takes the embedded model longer than anybody waits at a terminal; words find them without it. */
const mostEmbedded = 500

/** `entente goal`: the plan, why it is that one, and what it may cost. */
export async function printGoal(
  text: string,
  options: GoalOptions,
  config: Config,
  offers: Offers | null,
): Promise<PlannedGoal> {
  const wanted = wantedOf(text, options)
  const planner = await plannerOf(options, offers, config)
  const planned = await planGoal(wanted, {
    templates: knownTemplates(options.templates),
    embedder: embedderOf(config),
    ...(offers ? { offerOf: offers.offerOf } : {}),
    ...(planner ? { planner } : {}),
  })
  const lines = options.json ? [canonicalJson(orderable(planned, offers))] : inWords(planned, offers)
  process.stdout.write(`${lines.join('\n')}\n`)
  return planned
}

function inWords(planned: PlannedGoal, offers: Offers | null): string[] {
  const cost = offers ? [`It may cost ${mostOf(planned.plan, offers.offerOf)} in all, the fee included.`] : []
  return [...why(planned, offers), ...inSteps(planned.plan, offers), ...cost]
}

async function plannerOf(options: GoalOptions, offers: Offers | null, config: Config): Promise<Planner | null> {
  const { model = config.OPENAI_MODEL ?? 'none', repairs, fresh = false } = options
  if (model === 'none') return null
  if (!offers)
    throw new EntenteError('COMMAND_INVALID', `the model ${model} needs --skills: of what it may make a plan`)
  const { skills, offerOf } = offers
  const isFew = skills.length <= mostEmbedded || config.EMBEDDING_MODEL !== undefined
  const { OPENAI_API_KEY: apiKey = null, OPENAI_BASE_URL: baseUrl = null } = config
  return {
    vocabulary: await createVocabulary(skills, offerOf, isFew ? embedderOf(config) : null),
    endpoint: { model, apiKey, baseUrl },
    limits: planningLimits(options),
    repairs: Number(wholeNumber('--repairs', repairs)),
    ...(fresh ? {} : { kept: recordsIn(join(config.ENTENTE_DATA, 'planning')) }),
  }
}

/** What an order takes: texts for the artifact store, by hash, and what goes into the specification. */
function orderable({ template, used, plan, by }: PlannedGoal, offers: Offers | null) {
  const cost = offers ? { mayCost: `${mostOf(plan, offers.offerOf)}` } : {}
  const artifacts = [template, ...used].map(text => ({ hash: contentHash(text), template: text }))
  if (by.kind === 'model') {
    const { record, wasKept } = by
    const planning = { hash: contentHash(record), record }
    return { by: 'model', plan, ...cost, artifacts, parameters: {}, planning, wasKept }
  }
  const { nearness, parameters, instead } = by
  const given = parametersOf(by)
  return { by: 'template', plan, ...cost, artifacts, parameters: given, why: { nearness, parameters, instead } }
}

function why({ plan, by }: PlannedGoal, offers: Offers | null): string[] {
  const { name, version, hash } = plan.template
  const head = `${name}@${version}  ${hash}`
  if (by.kind === 'model') {
    const { record, wasKept } = by
    const answers = record.talks.at(-1)!.messages.filter(({ role }) => role === 'assistant').length
    const cost = `${record.tokens.input} tokens in, ${record.tokens.output} out`
    const kept = wasKept ? ', kept from before' : ''
    return [
      head,
      `by the model ${record.model.name} (${record.offered.length} skills offered, ${answers} answers, ${cost}${kept})`,
      `record ${contentHash(record)}`,
    ]
  }
  const { nearness, parameters, instead } = by
  return [
    head,
    `by template: ${describe(nearness)}`,
    ...(instead === null ? [] : [`instead of a model's plan: ${instead}`]),
    ...parameters.map(({ name, value, said }) => `  ${name} = ${JSON.stringify(value)}, from "${said}"`),
    ...(offers ? [] : ['Skills and prices were not checked: --skills names a list of them.']),
  ]
}

function inSteps(plan: Plan, offers: Offers | null): string[] {
  const step = (node: Subtask | Halt) => {
    const kind = 'skill' in node ? node.skill : 'wait' in node ? 'wait' : 'ask'
    const after = node.after.length > 0 ? `  after ${node.after.join(', ')}` : ''
    const price = offers && 'skill' in node ? `  ${priceOf(node, offers)}` : ''
    return `  ${node.id}: ${kind}${after}${node.title === '' ? '' : `  (${node.title})`}${price}`
  }
  const fallbacks = (plan.otherwise ?? []).flatMap(({ id, failed, after, when, ...rest }) => [
    failed ? `if ${failed.join(' or ')} fails (${id}):` : `if, after ${after!.join(', ')}, ${when} (${id}):`,
    ...[...rest.subtasks, ...haltsOf(rest)].map(step),
  ])
  return [...[...plan.subtasks, ...haltsOf(plan)].map(step), ...fallbacks]
}

function priceOf({ skill, replicas, forEach }: Subtask, { offerOf }: Offers): string {
  const times = [...(replicas > 1 ? [`${replicas} ×`] : []), ...(forEach ? [`up to ${forEach.max} ×`] : [])]
  return [...times, `${offerOf(skill).highestPrice}`].join(' ')
}
