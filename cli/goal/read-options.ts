import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { defaultLimits, type ModelLimits } from '../../coordinator/model/meter.ts'
import type { KnownTemplate } from '../../coordinator/planner/goal/find-template.ts'
import type { GoalWanted } from '../../coordinator/planner/goal/wanted.ts'
import { defaultTerms } from '../../coordinator/terms.ts'
import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Address, type AgentId } from '../../protocol/ids.ts'
import { refusedPatterns, type Schema, schemaFault } from '../../protocol/parameters.ts'
import type { ReplanPolicy } from '../../protocol/task.ts'
import { Template } from '../../protocol/template.ts'
import type { Config } from '../../stack/config.ts'
import { type KeyFile, readKeyFile } from '../../stack/key-file.ts'
import { readText } from '../read-text.ts'
import { templatesIn } from '../template/templates-in.ts'

export interface GoalOptions {
  readonly templates?: string
  readonly skills?: string
  readonly model?: string
  readonly inputSchema?: string
  readonly budget?: string
  readonly time?: string
  readonly repairs: string
  readonly maxTokens: string
  readonly maxSeconds: string
  readonly maxCost?: string
  readonly prices?: string
  readonly fresh?: boolean
  readonly json?: boolean
  /** Plan with what is offered on the bus. */
  readonly offered?: boolean
  readonly order?: boolean
  readonly input?: string
  readonly approver?: readonly string[]
  readonly keeper?: string
  readonly replan?: string
  readonly out: string
}

const longestGoal = 2_000
const shipped = fileURLToPath(new URL('../../scenarios/', import.meta.url))

/** @throws EntenteError COMMAND_INVALID, FILE_UNREADABLE */
export function wantedOf(goal: string, { inputSchema, budget, time }: GoalOptions): GoalWanted {
  if (goal.trim() === '' || goal.length > longestGoal) {
    throw new EntenteError('COMMAND_INVALID', `a goal has 1 to ${longestGoal} characters, this one has ${goal.length}`)
  }
  return {
    goal,
    ...(inputSchema === undefined ? {} : { inputSchema: readSchema(inputSchema) }),
    ...(budget === undefined ? {} : { budget: BigInt(wholeNumber('--budget', budget)), feeBps: defaultTerms.feeBps }),
    ...(time === undefined ? {} : { availableMs: Number(wholeNumber('--time', time)) }),
  }
}

/** What an order says beside its plan. */
export interface Ordering {
  readonly key: KeyFile
  readonly input: Json
  /** What is not said is what the plan may cost. */
  readonly budget: bigint | null
  readonly durationS: number
  readonly approvers: readonly Address[]
  /** Who keeps the keys to what the order seals; null for the domain's first agent. */
  readonly keeper: AgentId | null
  readonly replan: ReplanPolicy | null
  readonly json: boolean
  readonly out: string
}

const usualDurationMs = '3600000'
const mostReplans = 10

/** @throws EntenteError CONFIG_INVALID, COMMAND_INVALID, FILE_UNREADABLE, KEY_INVALID */
export function orderingOf(options: GoalOptions, { ENTENTE_KEY }: Config): Ordering {
  const { budget, time = usualDurationMs, input, approver = [], keeper, replan, json = false, out } = options
  if (!ENTENTE_KEY) throw new EntenteError('CONFIG_INVALID', 'ENTENTE_KEY is not set: who orders?')
  const max = replan === undefined ? null : Number(wholeNumber('--replan', replan))
  if (max !== null && max > mostReplans) {
    throw new EntenteError('COMMAND_INVALID', `--replan takes at most ${mostReplans}`)
  }
  return {
    key: readKeyFile(ENTENTE_KEY),
    input: input === undefined ? {} : (parse(readText(input)) as Json),
    budget: budget === undefined ? null : BigInt(wholeNumber('--budget', budget)),
    durationS: Math.ceil(Number(wholeNumber('--time', time)) / 1_000),
    approvers: approver.map(addressIn),
    keeper: keeper === undefined ? null : wholeNumber('--keeper', keeper),
    replan: max === null ? null : { by: 'model', max },
    json,
    out,
  }
}

function addressIn(text: string): Address {
  const { data } = Address.safeParse(text.toLowerCase())
  if (data) return data
  throw new EntenteError('COMMAND_INVALID', `--approver takes an address, ${text} is none`)
}

/** @throws EntenteError COMMAND_INVALID */
export function planningLimits({ maxTokens, maxSeconds, maxCost, prices }: GoalOptions): ModelLimits {
  if (maxCost !== undefined && prices === undefined) {
    throw new EntenteError('COMMAND_INVALID', '--max-cost needs --prices: what a million tokens cost')
  }
  const [input, output] = prices === undefined ? [] : prices.split('/').map(price => millionths('--prices', price))
  if (prices !== undefined && (input === undefined || output === undefined)) {
    throw new EntenteError('COMMAND_INVALID', `--prices takes two prices, as 2.50/10; ${prices} is not that`)
  }
  return {
    tokens: Number(wholeNumber('--max-tokens', maxTokens)),
    timeMs: Number(wholeNumber('--max-seconds', maxSeconds)) * 1_000,
    cost: maxCost === undefined ? null : millionths('--max-cost', maxCost),
    prices: input === undefined || output === undefined ? defaultLimits.prices : { input, output },
  }
}

/** The templates of a folder; what else lies there is left out. */
export function knownTemplates(folder = shipped): KnownTemplate[] {
  // Data lies there too, of megabytes: only what can be one is parsed.
  const texts = templatesIn(folder).filter(({ text }) => /^\s*"?subtasks"?\s*:/m.test(text))
  return texts.flatMap(({ text }): KnownTemplate[] => {
    const value = parse(text) as Json
    const parsed = Template.safeParse(value)
    return parsed.success ? [{ value, template: parsed.data }] : []
  })
}

/** @throws EntenteError COMMAND_INVALID */
export function wholeNumber(option: string, text: string): string {
  if (/^\d{1,15}$/.test(text)) return text
  throw new EntenteError('COMMAND_INVALID', `${option} takes a whole number, ${text} is none`)
}

function millionths(option: string, text: string): bigint {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text)
  if (match) return BigInt(match[1]!) * 1_000_000n + BigInt((match[2] ?? '').padEnd(6, '0'))
  throw new EntenteError('COMMAND_INVALID', `${option} takes an amount such as 2.50, ${text} is none`)
}

function readSchema(file: string): Schema {
  const schema = parse(readText(file)) as Schema
  const [refused] = schema !== null && typeof schema === 'object' ? refusedPatterns(schema) : []
  if (refused) throw new EntenteError('PATTERN_REFUSED', `${file}, ${refused.path.join('.')}: ${refused.why}`)
  const fault = schema !== null && typeof schema === 'object' ? schemaFault(schema) : 'it is no object'
  if (fault === null) return schema
  throw new EntenteError('COMMAND_INVALID', `${file} is no JSON Schema: ${fault}`)
}
