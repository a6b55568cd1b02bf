import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Subtask } from '../../../protocol/plan.ts'
import type { Deviation, Verdict } from '../../../protocol/verdict.ts'
import { agree } from '../agree/agree.ts'
import type { Replica } from '../agree/replica.ts'
import { byNumber } from '../contribute.ts'
import type { SubtaskProgress } from '../progress.ts'
import { type Field, fieldsOf, leftOpen, valueAt, withValue } from './fields.ts'
import { answerOf, type LeftToJudge, leftToJudge } from './question.ts'

/**
 * The verdict that follows from a judge's choice: who agrees with the answer that it chose, by the rules that merge replicas, stands;
 * what stands of the rest is their merge, and what the judge decided is the chosen answer's, word for word.
 */
export function judgedVerdict(
  subtask: Subtask,
  progress: SubtaskProgress,
  { model, judging, chosen }: Pick<TaskEventOf<'JudgeAnswered'>, 'model' | 'judging' | 'chosen'>,
): { readonly verdict: Verdict; readonly output: Json } {
  const left = leftToJudge(subtask, progress)!
  const { revealed, verdict: rest, candidates, question } = left
  const fields = fieldsOf(question.rule)
  const author = candidates.find(each => answerOf(each, question.rule).hash === chosen)!
  const asChosen = (output: Json) =>
    fields.reduce((made, field) => withValue(made, field, valueAt(author.output, field)), output)
  const against = candidates.map(each => deviationsFrom(each, asChosen(each.output), revealed.schema))
  const standing = candidates.filter((_, place) => against[place]!.length === 0)
  const accepted = standing.map(({ agentId }) => agentId).sort(byNumber)
  const losers = candidates.filter((_, place) => against[place]!.length > 0).map(({ agentId }) => agentId)
  const output = mergeOf(left, standing, fields, asChosen)
  const verdict: Verdict = {
    ...rest,
    accepted,
    deviators: [...rest.deviators, ...losers].sort(byNumber),
    deviations: [...rest.deviations, ...against.flat()],
    judge: { model, judging },
    confidence: shareOf(accepted, rest, revealed.asked.agents),
    outputHash: contentHash(output),
  }
  return { verdict, output }
}

/** What one says otherwise than it would in the words of the answer that was chosen. */
function deviationsFrom({ agentId, output }: Replica, chosen: Json, schema: LeftToJudge['revealed']['schema']) {
  const nobody = { agents: [], quorum: 0, noShows: [], unrevealed: [] }
  const pair = [
    { agentId: 'chosen', output: chosen, weight: 2 },
    { agentId, output, weight: 1 },
  ]
  return agree(pair, schema, nobody).verdict.deviations.filter((each: Deviation) => each.agentId === agentId)
}

function mergeOf(
  { revealed }: LeftToJudge,
  standing: readonly Replica[],
  fields: readonly Field[],
  asChosen: (output: Json) => Json,
): Json {
  const worded = standing.map(replica => ({ ...replica, output: asChosen(replica.output) }))
  return agree(worded, fields.reduce(leftOpen, revealed.schema), { ...revealed.asked, quorum: 1 }).output
}

/** Of the voices of all who were asked, those that it stands on. */
function shareOf(accepted: readonly string[], { voices }: Verdict, agents: readonly string[]): number {
  const weights = new Map(voices?.map(({ agentId, weight }) => [agentId, weight]))
  const sum = (of: readonly string[]) => of.reduce((total, agentId) => total + (weights.get(agentId) ?? 1), 0)
  return sum(accepted) / sum(agents)
}

/** Why there is no verdict by a judge, as the reason of an attempt that failed goes on; empty where the plan names none. */
export function whyUnjudged(subtask: Subtask, progress: SubtaskProgress, isPoliced: boolean): string {
  if (!subtask.judge) return ''
  const { judging } = progress
  if (!judging)
    return isPoliced ? ', and where a policy set is in force no judge is asked' : ', in more than a judge may decide'
  if (judging.givenUp !== null) return `, and the judge was given up: ${judging.givenUp}`
  const [first, second] = judging.answered!.choices as [Hex | null, Hex | null]
  if (first !== second) return ', and the judge chose otherwise when they stood in another order'
  return ', and none stands for the judge'
}
