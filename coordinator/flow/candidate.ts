import type { Choice, PassedOver } from '../../protocol/assignment.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Capacity } from './capacity.ts'
import type { TrackRecord } from './reputation.ts'
import type { Scored } from './score.ts'

/** An active agent that offers the skill. What settled tasks say of it is absent where nobody keeps count. */
export interface Candidate extends Scored {
  readonly wallet: Choice['wallet']
  /** Assignments that it takes at a time; `load` are those that it holds now. */
  readonly places: number
  /** Free places that are kept for other work. */
  readonly kept?: number
  /** Why it is given no work for now where others can do it: see `hold-back.ts`. */
  readonly held?: string
  /** What it can commit and has; absent where nothing is needed. */
  readonly capacity?: Capacity
}

const noWallet: Hex = `0x${'00'.repeat(20)}`
const noSignature: Hex = `0x${'00'.repeat(65)}`

/** What the log holds of a candidate: all that the choice goes by. */
export function standingOf({ agentId, domainId, price, stake, load, places, ...more }: Candidate) {
  const { kept, held, reputation, tookMs, capacity } = more
  return {
    agentId,
    domainId,
    price,
    stake,
    load,
    places,
    ...(kept ? { kept } : {}),
    ...(held === undefined ? {} : { held }),
    ...(reputation ? { record: recordIn(reputation) } : {}),
    ...(tookMs === undefined ? {} : { tookMs }),
    ...(capacity ? { units: unitsIn(capacity) } : {}),
  }
}

/** The candidate as the log has it; null where an older log does not say what it held. */
export function candidateOf(logged: Choice | PassedOver): Candidate | null {
  const { agentId, domainId, price, stake, load, places, kept, held, record, tookMs, units } = logged
  if (price === undefined || stake === undefined || load === undefined || places === undefined) return null
  const wallet = 'wallet' in logged ? logged.wallet : noWallet
  return {
    ...{ agentId, domainId, wallet, price, stake, load, places },
    ...(kept === undefined ? {} : { kept }),
    ...(held === undefined ? {} : { held }),
    ...(record ? { reputation: reputationIn(record) } : {}),
    ...(tookMs === undefined ? {} : { tookMs }),
    ...(units ? { capacity: capacityIn(units, logged) } : {}),
  }
}

type Logged = NonNullable<Choice['record']>

function recordIn({ own, domain }: TrackRecord): Logged {
  return [own.good, own.bad, domain.good, domain.bad]
}

function reputationIn([good, bad, domainGood, domainBad]: Logged): TrackRecord {
  return { own: { good, bad }, domain: { good: domainGood, bad: domainBad } }
}

type Units = NonNullable<Choice['units']>

function unitsIn({ stated, held }: Capacity): Units {
  return Object.fromEntries(
    Object.entries(held).map(([resource, units]) => [resource, [stated?.resources[resource]?.total ?? 0, units]]),
  )
}

/** Of who was chosen the statement is there; of the others what counted of it. */
function capacityIn(units: Units, logged: Choice | PassedOver): Capacity {
  const held = Object.fromEntries(Object.entries(units).map(([resource, [, held]]) => [resource, held]))
  const stated = 'capacity' in logged ? logged.capacity : undefined
  if (stated) return { stated, held }
  const resources = Object.fromEntries(Object.entries(units).map(([name, [total]]) => [name, { total, unit: 'unit' }]))
  const { agentId } = logged
  return { stated: { agentId, resources, statedAtMs: 0, validUntilMs: 0, signature: noSignature }, held }
}
