import type { SkillOffer } from '../../registry/match.ts'
import type { Command } from '../flow/command.ts'
import { fitOf, type InputOffer, recordFit } from '../flow/fit.ts'
import type { SubtaskProgress } from '../flow/progress.ts'
import { mayBeginNow } from '../flow/ready.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/** Against which offers each was last looked at: what it would be given does not change while it waits. */
const lookedAt = new WeakMap<SubtaskProgress, readonly SkillOffer[]>()

/** The commands that say whose input schemas refuse what may begin: of what was not looked at since the offers changed. */
export function fitAtOnce(
  { offers }: Pick<World, 'offers'>,
  task: Task,
  atMs: number,
): Extract<Command, { type: 'fit' }>[] {
  return mayBeginNow(task).flatMap(({ id, skill }) => {
    const progress = task.subtasks.get(id)!
    const offering = offers.of(skill)
    if (lookedAt.get(progress) === offering) return []
    lookedAt.set(progress, offering)
    const found = fitOf(task, id, offering.map(inputOffer))
    return recordFit(task, atMs, found).length > 0 ? [{ type: 'fit', atMs, ...found }] : []
  })
}

function inputOffer({ agent, skill }: SkillOffer): InputOffer {
  return { agentId: agent.agentId, domainId: agent.domainId!, inputSchema: skill.inputSchema }
}
