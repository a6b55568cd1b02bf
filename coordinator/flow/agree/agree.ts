import { AgreementRule } from '../../../protocol/agreement-rule.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { isSealed } from '../../../protocol/sealed.ts'
import type { Deviation, Verdict } from '../../../protocol/verdict.ts'
import { byNumber } from '../contribute.ts'
import {
  type Merge,
  mergeExact,
  mergeList,
  mergeNumbers,
  mergeRecord,
  mergeVote,
  type Schema,
  wordsOf,
} from './merge.ts'
import { mergeSet } from './merge-set.ts'
import { mergeText } from './merge-text.ts'
import { type Replica, weightOf } from './replica.ts'
import type { Voices } from './voices.ts'

/** Who was asked, and what became of those of whom there is no answer. */
export interface Asked {
  readonly agents: readonly string[]
  readonly quorum: number
  readonly noShows: readonly string[]
  readonly unrevealed: readonly string[]
  /** What those who were asked weigh; absent where all weigh the same. */
  readonly voices?: Voices | null
}

/**
 * Step "agree": replicas' outputs become one, field by field as the skill's output schema says. Who deviates is judged
 * against the merge of all; what stands is the merge of those who do not, so that a liar moves nothing.
 */
export function agree(replicas: readonly Replica[], schema: Schema, asked: Asked): { verdict: Verdict; output: Json } {
  const { voices = null } = asked
  const weightIn = (agents: readonly string[]) =>
    voices ? agents.reduce((sum, agentId) => sum + (voices.weights.get(agentId) ?? 1), 0) : agents.length
  const weighed = replicas.map(each => (voices ? { ...each, weight: weightIn([each.agentId]) } : each))
  const sorted = weighed.sort((a, b) => byNumber(a.agentId, b.agentId))
  const deviations: Deviation[] = []
  const disputed = merge('', schema, sorted, deviation => deviations.push(deviation))
  const deviators = sorted.filter(({ agentId }) => deviations.some(each => each.agentId === agentId))
  const honest = sorted.filter(replica => !deviators.includes(replica))
  const [standing, whole] = [weightIn(honest.map(({ agentId }) => agentId)), weightIn(asked.agents)]
  // So many of those who were asked, by what they weigh.
  const agreed = voices
    ? standing > 0 && standing * asked.agents.length >= asked.quorum * whole
    : honest.length >= asked.quorum
  const output = agreed && deviators.length > 0 ? merge('', schema, honest, () => {}) : disputed
  const verdict: Verdict = {
    outcome: agreed ? 'agreed' : 'disagreed',
    accepted: agreed ? honest.map(({ agentId }) => agentId) : [],
    deviators: deviators.map(({ agentId }) => agentId),
    deviations,
    noShows: [...asked.noShows],
    unrevealed: [...asked.unrevealed],
    ...(voices ? saidOf(voices, asked.agents) : {}),
    confidence: agreed ? standing / whole : 0,
    outputHash: agreed ? contentHash(output) : null,
  }
  return { verdict, output: agreed ? output : null }
}

function saidOf({ weights, together }: Voices, agents: readonly string[]): Pick<Verdict, 'voices' | 'together'> {
  const voices = [...agents].sort(byNumber).map(agentId => ({ agentId, weight: weights.get(agentId) ?? 1 }))
  return { voices, ...(together.length > 0 ? { together: together.map(each => [...each]) } : {}) }
}

const merge: Merge = (path, given, replicas, deviate) => {
  const { schema, present } = settleNull(path, given, replicas, deviate)
  if (present.length === 0) return null
  const rule = ruleOf(schema, present[0]!.output)
  switch (rule.by) {
    case 'ignore':
      return present[0]!.output
    case 'exact':
      return mergeExact(path, present, deviate)
    case 'vote':
      return mergeVote(path, present, deviate)
    case 'list':
      return mergeList(path, schema, rule.key, present, deviate, merge)
    case 'set':
      return mergeSet(path, present, deviate)
    case 'text':
      return mergeText(path, rule.tolerance, present, deviate)
    case 'median':
      return mergeNumbers(path, schema, rule.tolerance, present, deviate)
    case 'record':
      return mergeRecord(path, schema, present, deviate, merge)
  }
}

/** Whether the place holds anything is put to the vote first; the minority deviates, and has no say below. */
function settleNull(path: string, given: Schema, replicas: readonly Replica[], deviate: (d: Deviation) => void) {
  const schema = notNull(given)
  const empty = replicas.filter(({ output }) => output === null)
  const present = replicas.filter(({ output }) => output !== null)
  const outvoted = weightOf(present) > weightOf(empty) ? empty : empty.length === 0 ? [] : present
  const merged = outvoted === present ? null : 'a value'
  for (const { agentId, output } of outvoted) deviate({ agentId, field: path, got: output, merged })
  return { schema, present: outvoted === present ? [] : present }
}

/** The schema of the value itself: `anyOf: [X, null]` is how JSON Schema writes an X that may be absent. */
export function notNull(schema: Schema): Schema {
  const { anyOf: options } = schema
  if (!Array.isArray(options)) return schema
  const { anyOf: _, ...rest } = wordsOf(schema)
  return { ...wordsOf((options as readonly Schema[]).find(option => option?.type !== 'null') ?? {}), ...rest }
}

function ruleOf(schema: Schema, sample: Json): AgreementRule | { by: 'record' } {
  // Two that sealed the same value gave different ones, and nobody here can tell.
  if (isSealed(sample)) return { by: 'ignore' }
  // A card may say anything; what is no rule says nothing.
  const rule = schema.agree === undefined ? undefined : AgreementRule.safeParse(schema.agree).data
  if (rule) return rule
  if (typeof sample === 'number') return { by: 'median', tolerance: 0 }
  if (typeof sample === 'object' && !Array.isArray(sample)) return { by: 'record' }
  return { by: 'vote' }
}
