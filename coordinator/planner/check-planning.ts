import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { PlanningRecord } from '../../protocol/planning.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { planningFaults } from '../flow/propose.ts'

/**
 * Fetches the record of planning that a task names, and sees that it gives the task's template.
 * @throws EntenteError ARTIFACT_MISSING (to be tried again), PLAN_INVALID
 */
export async function checkPlanning(nc: NatsConnection, hash: Hex, of: { goal: string; template: Hex }): Promise<void> {
  const record = parseJson(PlanningRecord, await getArtifact(nc, hash))
  const faults = record ? planningFaults(record, of) : ['it is no record of planning']
  if (faults.length > 0) throw new EntenteError('PLAN_INVALID', `the record of planning: ${faults.join('; ')}`)
}
