import type { Hex } from '../../protocol/hash.ts'
import { wordsOf } from './reputation.ts'
import type { Task } from './state.ts'

/** The arguments of one `TaskFeedback.rate`, beside the settlement that shows what it is about. */
export interface Rating {
  readonly taskId: Hex
  readonly agentId: string
  /** 0 to 100. */
  readonly score: number
  /** What it is about: the skill, where it fits. */
  readonly tag2: string
}

/** Ratings that one requester would give: the contract takes them of nobody else. */
export interface FeedbackBatch {
  readonly requester: Hex
  readonly ratings: readonly Rating[]
}

/** What `TaskFeedback` keeps of a tag, in bytes. */
const mostTag = 31

/**
 * What ERC-8004's reputation registry would be told of settled tasks, in batches of at most so many ratings. An agent's score is
 * the share of its words in the task that are good. The contract takes ratings of agents that were paid only: of the others the
 * penalties on chain speak.
 */
export function feedbackBatches(tasks: readonly Task[], most: number): FeedbackBatch[] {
  const byRequester = new Map<Hex, Rating[]>()
  for (const task of tasks) {
    const ratings = ratingsOf(task)
    if (ratings.length === 0) continue
    const { address } = task.submitted!.requester
    byRequester.set(address, [...(byRequester.get(address) ?? []), ...ratings])
  }
  return [...byRequester].flatMap(([requester, ratings]) =>
    Array.from({ length: Math.ceil(ratings.length / most) }, (_, batch) => ({
      requester,
      ratings: ratings.slice(batch * most, (batch + 1) * most),
    })),
  )
}

function ratingsOf(task: Task): Rating[] {
  const words = wordsOf(task)
  const paid = task.settlement?.settlement.payments ?? []
  return paid.flatMap(({ agentId }) => {
    const own = words.filter(word => word.agentId === agentId)
    if (own.length === 0) return []
    const score = Math.floor((100 * own.filter(({ good }) => good).length) / own.length)
    const skills = [...new Set(own.map(({ skill }) => skill))]
    const tag2 = skills.length === 1 && Buffer.byteLength(skills[0]!) <= mostTag ? skills[0]! : ''
    return [{ taskId: task.taskId, agentId, score, tag2 }]
  })
}
