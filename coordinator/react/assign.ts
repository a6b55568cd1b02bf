import type { Hex } from '../../protocol/hash.ts'
import type { Subtask } from '../../protocol/plan.ts'
import { matchSkill, type SkillOffer } from '../../registry/match.ts'
import { readySubtasks } from '../flow/expire.ts'
import { type Candidate, route } from '../flow/route.ts'
import type { World } from './context.ts'

/** Gives every subtask that could begin now to the agents that routing chooses. */
export async function assignReady(world: World, taskId: Hex): Promise<void> {
  const { task } = await world.tasks.read(taskId)
  await Promise.all(readySubtasks(task).map(subtask => assign(world, taskId, subtask)))
}

async function assign({ handle, directory, workload }: World, taskId: Hex, subtask: Subtask): Promise<void> {
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
  await handle(taskId, task => {
    const { chosen, passedOver } = route(task, subtask, candidates)
    const attempt = task.subtasks.get(subtask.id)!.attempts + 1
    const outputSchema = schemaOf(offers, chosen)
    const skill = subtask.skill
    const subtaskId = subtask.id
    return { type: 'assign', atMs: Date.now(), subtaskId, attempt, skill, outputSchema, chosen, passedOver }
  })
}

/** How replicas are merged is for the chosen agents' skill to say; theirs are one schema, of one major version. */
function schemaOf(offers: readonly SkillOffer[], chosen: readonly { agentId: string }[]) {
  const first = offers.find(({ agent }) => agent.agentId === chosen[0]?.agentId)
  return first?.skill.outputSchema ?? {}
}
