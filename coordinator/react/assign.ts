import type { SkillOffer } from '../../registry/match.ts'
import type { Command } from '../flow/command.ts'
import type { Task } from '../flow/state.ts'
import type { Given } from '../room/at-once.ts'
import type { Grant } from '../room/room.ts'
import { clearAtOnce } from './clear.ts'
import type { World } from './context.ts'
import { fitAtOnce } from './fit.ts'
import { learnedOf, readQuestion } from './gold.ts'

/** Gives an attempt to the agents whose places the waiting room keeps for it. */
export async function assign(world: World, { waiting, routing }: Grant): Promise<void> {
  const { handle, offers, policies } = world
  const { taskId, subtaskId, attempt, skill, gold: hash } = waiting
  const question = hash ? await readQuestion(world, hash) : null
  const gold = hash ? { gold: { question: hash, ...(question ? { input: question.input } : {}) } } : {}
  const outputSchema = schemaOf(offers.of(skill), routing.chosen)
  const given = { subtaskId, attempt, skill, outputSchema, ...routing }
  await handle(taskId, task => {
    const atMs = Date.now()
    // The policy set, or what is offered, may have changed while it waited.
    const isOfIt = (each: { readonly subtaskId: string }) => each.subtaskId === subtaskId
    const stale =
      clearAtOnce({ offers, policies }, task, atMs).find(isOfIt) ?? fitAtOnce({ offers }, task, atMs).find(isOfIt)
    return stale ?? { type: 'assign', atMs, ...given, ...gold, ...learnedOf(world, task, given) }
  })
}

/** The commands that give out what may be in the entry that made it ready. */
export function assignAtOnce(
  { offers, goldRecords }: Pick<World, 'offers' | 'goldRecords'>,
  task: Task,
  given: readonly Given[],
  atMs: number,
): Command[] {
  return given.map(({ wanted: { subtaskId, attempt, skill }, routing }) => {
    const outputSchema = schemaOf(offers.of(skill), routing.chosen)
    const asked = { subtaskId, attempt, skill, outputSchema, ...routing }
    return { type: 'assign', atMs, ...asked, ...learnedOf({ goldRecords }, task, asked) }
  })
}

/** How replicas are merged is for the chosen agents' skill to say; theirs are one schema, of one major version. */
function schemaOf(offers: readonly SkillOffer[], chosen: readonly { agentId: string }[]) {
  const first = offers.find(({ agent }) => agent.agentId === chosen[0]?.agentId)
  return first?.skill.outputSchema ?? {}
}
