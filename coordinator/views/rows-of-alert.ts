import type { AlertEntry } from '../../protocol/alert.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Change } from './change.ts'
import { numberOf } from './rows-of-chain-event.ts'

/**
 * What an alert's being raised or cleared changes.
 *
 * @param seq of the entry in the stream
 */
export function rowsOfAlert(entry: AlertEntry, seq: number): Change[] {
  if (entry.kind === 'cleared') {
    return [{ set: 'alerts', key: { alertId: entry.alertId }, to: { clearedAtMs: entry.atMs } }]
  }
  const { alertId, code, about, severity, cause, figures, suggestion, raisedAtMs } = entry.alert
  const { taskId = null, agentId = null, domainId = null } = about
  const texts = { about: JSON.stringify(about), figures: JSON.stringify(figures) }
  const said = { severity, cause, suggestion, raisedAtMs, clearedAtMs: null }
  return [{ put: 'alerts', row: { alertId, number: seq, code, taskId, agentId, domainId, ...texts, ...said } }]
}

/** Whom an officer of compliance denied, or no longer does, as the chain holds it. */
export function rowsOfStanding({ contract, event, args, ...place }: ChainEvent): Change[] {
  if (contract !== 'RiskPolicy' || event !== 'StandingChanged') return []
  const { account, standing } = args as Record<string, string>
  const { blockNumber, txHash, blockTimeMs: atMs } = place
  const number = numberOf(place)
  return [{ put: 'standings', row: { number, blockNumber, account: account!, standing: standing!, txHash, atMs } }]
}
