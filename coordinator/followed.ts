import type { NatsConnection } from '@nats-io/nats-core'
import type { Parameters } from '../protocol/consortium.ts'
import type { Hex } from '../protocol/hash.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'
import { followDirectory } from '../registry/follow-directory.ts'
import { followParameters } from '../registry/follow-parameters.ts'
import type { ParameterCache } from '../registry/parameter-cache.ts'
import { followPolicy } from '../registry/policy/in-force.ts'
import { openCarryOut } from '../stack/carry-out.ts'
import type { Log } from '../stack/log.ts'
import { followSupervision } from '../stack/supervision.ts'
import { Keeper } from './keeper.ts'
import { followStatements } from './room/statements.ts'
import { anchorTimeoutMs, tenant } from './tenant.ts'
import { followOpenAlerts } from './warning/open-alerts.ts'

export interface FollowedOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly domain: SigningDomain
  /** Signs checkpoints. */
  readonly privateKey: Hex
  /** What holds where the ConfigRegistry on chain says nothing. */
  readonly parameters: Parameters
  readonly cache?: ParameterCache | undefined
}

/** What others say that a coordinator goes by: each read to its end, and followed from there. */
export type Followed = Awaited<ReturnType<typeof followOthers>>

export async function followOthers({ nc, log, domain, privateKey, parameters, cache }: FollowedOptions) {
  const [directory, kept, statements, supervision, onChain, carrying] = await Promise.all([
    followDirectory({ nc, log }),
    Keeper.start(nc, domain, privateKey, log),
    followStatements(nc, log, domain),
    followSupervision(nc, log),
    followParameters({ nc, log, otherwise: parameters, cache }),
    openCarryOut({ nc, log, tenant, outcomeMs: anchorTimeoutMs }),
  ])
  const [policies, alerts] = await Promise.all([
    followPolicy({ nc, log, directory, domain }),
    followOpenAlerts({ nc, log }, supervision),
  ])
  return {
    ...{ directory, statements, supervision, onChain, policies, alerts },
    keeper: kept.keeper,
    carryOut: carrying.carryOut,
    onToldAgain: carrying.onToldAgain,
    /** Calls back whenever agents came or went, or may do more or less than before. */
    onAgents(reconsider: () => void): void {
      directory.onChange(reconsider)
      alerts.onChange(reconsider)
      statements.onChange(reconsider)
    },
    async stop(): Promise<void> {
      policies.stop()
      supervision.stop()
      const readers = [statements, directory, kept, alerts, onChain, carrying]
      await Promise.allSettled(readers.map(reader => reader.stop()))
    },
  }
}
