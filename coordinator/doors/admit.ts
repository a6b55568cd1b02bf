import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Priority } from '../../protocol/task.ts'
import type { Limits } from '../limits.ts'
import type { OpenTasks } from '../room/open-tasks.ts'

/** Of the open tasks in all, what is left to emergencies. */
const headroomShare = 1 / 10

export interface Applicant {
  readonly taskId: Hex
  readonly domainId: string
  readonly priority: Priority
}

/**
 * Whether one more task is taken on. An emergency, of a domain that may claim one, is held by no quota but the whole.
 * @throws EntenteError PRIORITY_REFUSED, DOMAIN_OVER_QUOTA, COORDINATORS_FULL
 */
export function admit({ taskId, domainId, priority }: Applicant, limits: Limits, open: OpenTasks): void {
  const isEmergency = priority === 'emergency'
  if (isEmergency && !limits.emergencyDomains.has(domainId)) {
    throw new EntenteError('PRIORITY_REFUSED', `domain ${domainId} may not claim an emergency`)
  }
  if (open.has(taskId)) return
  const quota = limits.quotas.get(domainId) ?? limits.openTasksPerDomain
  if (!isEmergency && open.of(domainId) >= quota) {
    const retryAfterMs = open.nextEndMs(domainId)
    throw new EntenteError(
      'DOMAIN_OVER_QUOTA',
      `domain ${domainId} has ${quota} open tasks, as many as it may; another may fit in ${retryAfterMs} ms`,
      { retryAfterMs },
    )
  }
  const most = isEmergency ? limits.openTasks : limits.openTasks - Math.floor(limits.openTasks * headroomShare)
  if (open.count < most) return
  const retryAfterMs = open.nextEndMs()
  throw new EntenteError(
    'COORDINATORS_FULL',
    `${open.count} tasks are open, and ${most} are taken on; another may fit in ${retryAfterMs} ms`,
    { retryAfterMs },
  )
}
