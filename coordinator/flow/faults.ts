import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { isGivenKey } from '../../protocol/key-release.ts'
import type { Fault } from '../../protocol/settlement.ts'
import type { Verdict } from '../../protocol/verdict.ts'
import { chosenOf } from './grow.ts'
import type { AgentFault, SubtaskProgress } from './progress.ts'
import { awaitedMakers, lacksKeys } from './seal/ask-keys.ts'

/**
 * Silence to the end of a phase: a no-show, or a commitment that was never opened. Heartbeats that ceased are no fault, nor what is
 * excused, nor silence of who had less time than the plan gives, as the end of all attempts may leave.
 *
 * @param dueMs what the plan gives
 */
export function faultsOfExpiry(
  subtask: SubtaskProgress,
  event: TaskEventOf<'AttemptExpired'>,
  dueMs: number,
): AgentFault[] {
  if (event.phase === 'heartbeat' || event.phase === 'excused' || subtask.givenMs < dueMs) return []
  if (lacksKeys(subtask)) return faultsOfMissingKeys(subtask)
  return event.silent.map(agentId =>
    event.phase === 'reveal'
      ? faultOf(subtask, agentId, 'unrevealed', subtask.commitments.get(agentId)!)
      : faultOf(subtask, agentId, 'no-show', subtask.assigned!.inputHash),
  )
}

/** Results outside the verdict. Where nothing was agreed nobody can be called wrong. */
export function faultsOfVerdict(subtask: SubtaskProgress, verdict: Verdict): AgentFault[] {
  if (verdict.outcome === 'disagreed') return []
  return verdict.deviators.map(agentId => faultOf(subtask, agentId, 'wrong', subtask.results.get(agentId)!.outputHash))
}

/** Results that the known answer shows to be wrong. */
export function faultsOfGold(subtask: SubtaskProgress, wrong: readonly string[]): AgentFault[] {
  return wrong.map(agentId => ({
    ...faultOf(subtask, agentId, 'wrong', subtask.results.get(agentId)!.outputHash),
    gold: true,
  }))
}

/** Of those who were asked for keys and said nothing, and never of those who waited for them. */
function faultsOfMissingKeys(subtask: SubtaskProgress): AgentFault[] {
  const { asked, hash } = subtask.keys ?? { asked: null, hash: null }
  return awaitedMakers(subtask).flatMap(agentId => {
    // Who only keeps keys does so for its own domain, unpaid: what comes of its silence is that domain's loss.
    const made = asked!.wanted.find(each => each.agentId === agentId && !isGivenKey(each))
    if (!made || isGivenKey(made)) return []
    const { domainId, stake } = made
    return { agentId, domainId, fault: 'no-show', subtaskId: subtask.id, stake, evidence: hash! }
  })
}

function faultOf(subtask: SubtaskProgress, agentId: string, fault: Fault, evidence: Hex): AgentFault {
  const { domainId = '', stake = '0' } = chosenOf(subtask).find(choice => choice.agentId === agentId) ?? {}
  return { agentId, domainId, fault, subtaskId: subtask.id, stake, evidence }
}
