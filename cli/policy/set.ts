import { putPolicyInForce } from '../../coordinator/policy/in-force.ts'
import { policyFrom } from '../../coordinator/policy/policy-file.ts'
import { readText } from '../read-text.ts'
import { withBus } from '../with-bus.ts'

/** `entente policy set`: puts a set in force, for all tasks, from their next subtask on. */
export async function setPolicy(file: string): Promise<void> {
  const set = policyFrom(file, readText(file))
  const hash = await withBus(nc => putPolicyInForce(nc, set))
  process.stdout.write(`${set.id}@${set.version}, ${hash}, is in force.\n`)
}
