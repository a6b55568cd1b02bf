import type { Command } from '../../../../coordinator/flow/command.ts'
import { nextWarningMs } from '../../../../coordinator/flow/starve.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import { isGoldAsDue, mayTell } from './asking-gold.ts'
import { type Belief, signalText } from './belief.ts'
import { awaitsJudge, isInOrder } from './judging.ts'
import { fits } from './replanning.ts'
import type { Step } from './step.ts'

export type Outcome = 'events' | 'nothing' | 'refused'

const when = (inOrder: boolean): Outcome => (inOrder ? 'events' : 'nothing')

/** What must come of a command, for somebody who believes this of the task. */
export function expected({ belief, command, before }: Pick<Step, 'belief' | 'command' | 'before'>): Outcome {
  if (command.type === 'submit') return when(!belief.submitted)
  if (!belief.submitted) return 'refused'
  const isOpen = belief.ended === null
  switch (command.type) {
    case 'recordFunding':
      // What is reserved after the end is settled too.
      return when(!belief.funded && !belief.proven && !belief.isByBatch)
    case 'recordCover':
      return when(isOpen && !belief.funded && belief.isByBatch)
    case 'reject':
      return when(isOpen && belief.plan === null)
    case 'screen':
      return when(isOpen && belief.funded && !belief.permitted)
    case 'plan':
      return when(isOpen && belief.permitted && belief.plan === null)
    case 'replan':
      return when(
        isOpen && belief.soughtUntilMs !== null && command.planHash === belief.planHash && fits(belief, command),
      )
    case 'refuseReplan':
      return when(isOpen && belief.soughtUntilMs !== null && command.planHash === belief.planHash)
    case 'clear':
      // The model has no policy set; test/coordinator/flow/policy has.
      return 'nothing'
    case 'openGold':
      return when(mayTell(belief, command))
    case 'answerJudge': {
      const node = belief.nodes.get(command.subtaskId)
      return when(isOpen && awaitsJudge(node, command) && isInOrder(node!, command.record))
    }
    case 'giveUpJudge':
      return when(isOpen && awaitsJudge(belief.nodes.get(command.subtaskId), command))
    case 'askKeys':
    case 'answerKeys':
      // Its values are not sealed; test/coordinator/flow/seal has such.
      return 'nothing'
    case 'assign': {
      const node = belief.nodes.get(command.subtaskId)
      if (node?.isGrowing && command.chosen.some(({ agentId }) => node.asked.has(agentId))) return 'nothing'
      if (node?.isGrowing && command.chosen.length > 1) return 'nothing'
      const takes = command.chosen.every(({ agentId }) => !node?.refusers.includes(agentId))
      const isGold = node !== undefined && isGoldAsDue(before, node, command.gold)
      return when(
        node !== undefined && belief.mayBegin(node) && command.attempt === node.attempts + 1 && takes && isGold,
      )
    }
    case 'fit': {
      const node = belief.nodes.get(command.subtaskId)
      return when(node !== undefined && belief.mayBegin(node) && node.isNewFit(command))
    }
    case 'receive':
      return when(belief.counts(command.agentId, command.answer))
    case 'passTime':
      return when((nextMs(belief, before) ?? Number.POSITIVE_INFINITY) <= command.atMs)
    case 'excuse':
      return when(mayExcuse(belief, command))
    case 'missHeartbeat': {
      const node = belief.nodes.get(command.subtaskId)
      return when(isOpen && node?.mayMiss(command.agents, command.attempt, command.atMs) === true)
    }
    case 'preempt': {
      const node = belief.nodes.get(command.subtaskId)
      const isOther = command.claim.taskId !== before.taskId
      const mayBe = node?.mayBePreempted === true && command.attempt === node.attempts && !belief.isEmergency
      // What no other attempt could follow would not wait anew, but fail.
      const isInTime = node !== undefined && command.atMs < node.endOfAllMs()
      return when(isOpen && isOther && mayBe && isInTime && command.claim.policy.priority === 'emergency')
    }
    case 'answerApproval': {
      const node = belief.nodes.get(command.subtaskId)
      const isAsked = node?.phase === 'approving' && node.shown === command.contentHash
      return isOpen && isAsked && command.atMs < node.deadlineMs() ? 'events' : 'refused'
    }
    case 'answerQuestion': {
      const node = belief.nodes.get(command.subtaskId)
      if (!isOpen || node?.phase !== 'asking' || node.shown !== command.contentHash) return 'refused'
      const isInTime = command.atMs < node.deadlineMs()
      const n = (command.answer as { n: unknown }).n
      return isInTime && node.answerers.includes(command.by!.signer) && typeof n === 'number' && n >= 0
        ? 'events'
        : 'refused'
    }
    case 'signal':
      return isOpen && belief.waitsFor(command).length > 0 && !belief.heard.has(signalText(command))
        ? 'events'
        : 'refused'
    case 'cancel': {
      // An order has no alert that could be withdrawn.
      const isWithdrawal = command.by !== null && 'cancelHash' in command.by
      const hasBegun = [...belief.nodes.values()].some(({ attempts }) => attempts > 0)
      return isWithdrawal ? when(isOpen && !hasBegun && !belief.isByBatch) : isOpen ? 'events' : 'refused'
    }
    case 'pause':
    case 'resume':
      if (!isOpen) return 'refused'
      if (belief.paused === (command.type === 'pause')) return 'nothing'
      return command.by.signedAtMs > belief.pauseSignedAtMs ? 'events' : 'refused'
    case 'recordBatch':
      return when(belief.computed && !belief.settled && belief.isForBatch && belief.batch === null)
    case 'recordFall':
      return when(!belief.settled && belief.batch === command.batch)
    case 'recordSettlement':
      return when(belief.computed && !belief.settled && (belief.batch !== null || !belief.isForBatch))
    case 'recordProof':
      return when(!isOpen && !belief.proven && (belief.settled || !belief.funded))
  }
}

/** Those are let off of whom something is awaited when the time for it is over; at the end of a task nobody is. */
function mayExcuse(belief: Belief, { subtaskId, attempt, atMs }: Extract<Command, { type: 'excuse' }>): boolean {
  const node = belief.nodes.get(subtaskId)
  if (!node || attempt !== node.attempts || node.awaited.length === 0 || node.deadlineMs() > atMs) return false
  return belief.ended === null ? atMs < belief.submitted!.deadlineMs : node.isUndo
}

/** When time next matters: the first deadline that is believed, or the next warning that the rules mean to give. */
export function nextMs(belief: Belief, task: Task): number | null {
  const dueMs = Math.min(
    belief.nextDeadlineMs() ?? Number.POSITIVE_INFINITY,
    belief.submitted ? nextWarningMs(task) : Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(dueMs) ? dueMs : null
}
