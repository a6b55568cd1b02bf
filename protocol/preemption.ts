import { z } from 'zod'
import { Needs } from './capacity.ts'
import { Attempt, DomainId, SubtaskId, TaskId } from './ids.ts'
import { Authority, TaskSpec } from './task.ts'

/**
 * What needs the resources of an attempt that is broken off for it: work of an emergency, with what shows that it is one. An
 * order shows it by its signature, over the hash of the policy that says so; a response plan by the hash of the spec.
 */
export const Claim = z.object({
  taskId: TaskId,
  subtaskId: SubtaskId,
  attempt: Attempt,
  needs: Needs,
  /** The domain that ordered it; null for a response plan. */
  domainId: DomainId.nullable(),
  authority: Authority,
  policy: TaskSpec.shape.policy,
  /** Of a response plan alone: an order's goal is not for others to read. */
  spec: TaskSpec.optional(),
})
export type Claim = z.infer<typeof Claim>
