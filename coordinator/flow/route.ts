import type { Choice } from '../../protocol/assignment.ts'
import { keccak256 } from '../../protocol/hash.ts'
import type { Subtask } from '../../protocol/plan.ts'
import type { Task } from './state.ts'

/** An active agent that offers the skill. */
export interface Candidate {
  readonly agentId: string
  readonly domainId: string
  readonly wallet: Choice['wallet']
  readonly price: string
  readonly stake: string
  /** Assignments that it holds open now. */
  readonly load: number
}

export interface Routing {
  readonly chosen: Choice[]
  readonly passedOver: { agentId: string; domainId: string; why: string }[]
}

/**
 * Step "route": who gets an attempt. Candidates are filtered, scored, and taken best first, one a domain. Agents that
 * failed this subtask before come last, so that a retry goes elsewhere while there is an elsewhere. Ties fall by a hash
 * of task, subtask and attempt, which nobody can bend without changing the task.
 */
export function route(task: Task, subtask: Subtask, candidates: readonly Candidate[]): Routing {
  const progress = task.subtasks.get(subtask.id)
  const attempt = (progress?.attempts ?? 0) + 1
  const failedBefore = progress?.failed ?? new Set()
  const ranked = candidates
    .map(candidate => ({
      candidate,
      ...score(candidate, failedBefore),
      draw: draw(task, subtask.id, attempt, candidate),
    }))
    .sort((a, b) => b.score - a.score || (a.draw < b.draw ? -1 : 1))
  const routing: Routing = { chosen: [], passedOver: [] }
  const domains = new Set<string>()
  for (const { candidate, score, reasons } of ranked) {
    const { load, ...agent } = candidate
    const { agentId, domainId } = agent
    if (domains.has(domainId)) routing.passedOver.push({ agentId, domainId, why: 'its domain already has a replica' })
    else if (routing.chosen.length === subtask.replicas) {
      routing.passedOver.push({ agentId, domainId, why: `scored ${score}: ${reasons.join(', ')}` })
    } else {
      domains.add(domainId)
      routing.chosen.push({ ...agent, score, reasons })
    }
  }
  return routing
}

/** Stake and free hands speak for an agent, its price and its failures at this very subtask against it. */
function score(candidate: Candidate, failedBefore: ReadonlySet<string>) {
  const price = Number(candidate.price) / 1e6
  const stake = Math.min(Number(candidate.stake) / 1e6, 10_000)
  const failed = failedBefore.has(candidate.agentId)
  const score = Math.round(stake / 100 - price / 10 - candidate.load * 10 - (failed ? 10_000 : 0))
  const reasons = [`stake ${stake}`, `price ${price}`, `load ${candidate.load}`]
  return { score, reasons: failed ? [...reasons, 'failed this subtask before'] : reasons }
}

function draw(task: Task, subtaskId: string, attempt: number, { agentId }: Candidate): string {
  return keccak256(Buffer.from(`${task.taskId}/${subtaskId}/${attempt}/${agentId}`))
}
