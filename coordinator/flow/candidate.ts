import type { Choice, PassedOver } from '../../protocol/assignment.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { TrackRecord } from './reputation.ts'
import type { Scored } from './score.ts'

/** An active agent that offers the skill. What settled tasks say of it is absent where nobody keeps count. */
export interface Candidate extends Scored {
  readonly wallet: Choice['wallet']
  /** Assignments that it takes at a time; `load` are those that it holds now. */
  readonly places: number
  /** Free places that are kept for other work. */
  readonly kept?: number
}

const noWallet: Hex = `0x${'00'.repeat(20)}`

/** What the log holds of a candidate: all that the choice goes by. */
export function standingOf({ agentId, domainId, price, stake, load, places, ...more }: Candidate) {
  const { kept, reputation, tookMs } = more
  return {
    agentId,
    domainId,
    price,
    stake,
    load,
    places,
    ...(kept ? { kept } : {}),
    ...(reputation ? { record: recordIn(reputation) } : {}),
    ...(tookMs === undefined ? {} : { tookMs }),
  }
}

/** The candidate as the log has it; null where an older log does not say what it held. */
export function candidateOf(logged: Choice | PassedOver): Candidate | null {
  const { agentId, domainId, price, stake, load, places, kept, record, tookMs } = logged
  if (price === undefined || stake === undefined || load === undefined || places === undefined) return null
  const wallet = 'wallet' in logged ? logged.wallet : noWallet
  return {
    ...{ agentId, domainId, wallet, price, stake, load, places },
    ...(kept === undefined ? {} : { kept }),
    ...(record ? { reputation: reputationIn(record) } : {}),
    ...(tookMs === undefined ? {} : { tookMs }),
  }
}

type Logged = NonNullable<Choice['record']>

function recordIn({ own, domain }: TrackRecord): Logged {
  return [own.good, own.bad, domain.good, domain.bad]
}

function reputationIn([good, bad, domainGood, domainBad]: Logged): TrackRecord {
  return { own: { good, bad }, domain: { good: domainGood, bad: domainBad } }
}
