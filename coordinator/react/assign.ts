import type { Subtask } from '../../protocol/plan.ts'
import { matchSkill, type SkillOffer } from '../../registry/match.ts'
import type { Command } from '../flow/decide.ts'
import { readySubtasks } from '../flow/expire.ts'
import { type Candidate, route } from '../flow/route.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/** Who may be chosen, and what each of them holds already. */
export type Agents = Pick<World, 'directory' | 'workload'>

/** The commands that give every subtask that could begin now to the agents that routing chooses. */
export function assignReady(agents: Agents, task: Task, atMs: number): Command[] {
  return readySubtasks(task).map(subtask => assign(agents, task, subtask, atMs))
}

function assign({ directory, workload }: Agents, task: Task, subtask: Subtask, atMs: number): Command {
  const offers = matchSkill(directory.current(), subtask.skill)
  const candidates = offers.map(
    ({ agent, skill }): Candidate => ({
      agentId: agent.agentId,
      domainId: agent.domainId!,
      wallet: agent.wallet!,
      price: skill.price,
      stake: agent.stake.toString(),
      load: workload.of(agent.agentId),
    }),
  )
  const { chosen, passedOver } = route(task, subtask, candidates)
  const attempt = task.subtasks.get(subtask.id)!.attempts + 1
  const { id: subtaskId, skill } = subtask
  return { type: 'assign', atMs, subtaskId, attempt, skill, outputSchema: schemaOf(offers, chosen), chosen, passedOver }
}

/** How replicas are merged is for the chosen agents' skill to say; theirs are one schema, of one major version. */
function schemaOf(offers: readonly SkillOffer[], chosen: readonly { agentId: string }[]) {
  const first = offers.find(({ agent }) => agent.agentId === chosen[0]?.agentId)
  return first?.skill.outputSchema ?? {}
}
