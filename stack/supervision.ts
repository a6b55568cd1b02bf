import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { SupervisionPolicy } from '../protocol/supervision.ts'
import { getArtifact } from './artifacts.ts'
import { followInForce, type InForce, putInForce } from './in-force.ts'
import type { Log } from './log.ts'
import { parseJson } from './parse-json.ts'

/** Under this key stands the hash of the supervision policy in force. */
const key = 'supervision'

/** The supervision policy in force; null where none ever was: then thresholds are as usual, and nothing is done by itself. */
export type Supervision = InForce<SupervisionPolicy>

export function followSupervision(nc: NatsConnection, log: Log): Promise<Supervision> {
  return followInForce(nc, log, key, async (hash: Hex) => {
    const policy = parseJson(SupervisionPolicy, await getArtifact(nc, hash))
    if (policy) return policy
    throw new EntenteError('POLICY_INVALID', `artifact ${hash} is no supervision policy`)
  })
}

/** Stores a policy, and puts it in force: thresholds at once, measures for alerts that are raised from then on. */
export function putSupervisionInForce(nc: NatsConnection, policy: SupervisionPolicy): Promise<Hex> {
  return putInForce(nc, key, policy)
}
