import { policyHash } from '../../protocol/policy.ts'
import type { Command } from '../flow/command.ts'
import { clearanceOf } from '../flow/policy/clear.ts'
import { mayBeginNow } from '../flow/ready.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/**
 * The commands that have the policy set in force decide on what may begin, for all domains that offer its skill: on what
 * was not decided yet, was decided by another set, or of which a domain offers the skill only now.
 */
export function clearAtOnce(
  { offers, policies }: Pick<World, 'offers' | 'policies'>,
  task: Task,
  atMs: number,
): Extract<Command, { type: 'clear' }>[] {
  const set = policies.current()
  if (!set) return []
  return mayBeginNow(task).flatMap(({ id, skill }) => {
    const domains = [...new Set(offers.of(skill).map(({ agent }) => agent.domainId!))]
    const decided = task.subtasks.get(id)!.flows
    const known = new Set(decided?.verdicts.map(({ domainId }) => domainId))
    const isKnown = decided?.policy.hash === policyHash(set) && domains.every(domainId => known.has(domainId))
    return isKnown ? [] : [{ type: 'clear', atMs, ...clearanceOf(task, id, domains, set, policies.authorize) }]
  })
}
