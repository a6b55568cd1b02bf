import { claimOf, judgePreemption, preemptionOf } from '../flow/preempt.ts'
import type { PolicyInForce } from '../policy/in-force.ts'
import type { MayPreempt, Shortage } from '../room/preemptions.ts'
import type { World } from './context.ts'

/** Has attempts broken off for an emergency, as far as the policy set in force lets them be: said in their tasks' own logs. */
export async function preempt({ tasks, handle, policies }: World, { waiting, victims }: Shortage): Promise<void> {
  const set = policies.current()
  const { task: urgent } = await tasks.read(waiting.taskId)
  if (!set || !urgent.submitted) return
  const claim = claimOf(urgent.submitted, waiting)
  await Promise.all(
    victims.map(victim =>
      handle(victim.taskId, task => {
        const preemption = preemptionOf(task, victim, claim, set, policies.authorize)
        return preemption && { type: 'preempt', atMs: Date.now(), ...preemption }
      }),
    ),
  )
}

/** What the policy set in force says; without one nothing is broken off. */
export function mayPreemptBy(policies: PolicyInForce): MayPreempt {
  return (waiting, victim) => {
    const set = policies.current()
    if (!set) return false
    const domainId = waiting.domainId === '' ? null : waiting.domainId
    return judgePreemption(set, policies.authorize, { domainId, needs: waiting.needs ?? {} }, victim).allowed
  }
}
