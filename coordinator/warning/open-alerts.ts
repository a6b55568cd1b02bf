import type { NatsConnection } from '@nats-io/nats-core'
import { type Alert, type AlertCode, alertCodes } from '../../protocol/alert.ts'
import { referenceToSupervision } from '../../protocol/supervision.ts'
import type { Log } from '../../stack/log.ts'
import type { Supervision } from '../../stack/supervision.ts'
import { Alarms } from '../alarms.ts'
import { AlertLog } from './alert-log.ts'

/** The alerts that are raised, as a coordinator heeds them. All coordinators read the same, and hold back the same agents. */
export interface OpenAlerts {
  /** Why the supervision policy in force gives an agent no work for now where others can do it; null where it does not. */
  whyHeld(agentId: string): string | null
  /** How many are raised, by code. */
  count(): Record<AlertCode, number>
  /** Tells a listener when agents are held back that were not, or the other way round. */
  onChange(listener: () => void): void
  stop(): Promise<void>
}

export async function followOpenAlerts(
  { nc, log }: { readonly nc: NatsConnection; readonly log: Log },
  supervision: Supervision,
): Promise<OpenAlerts> {
  /** Of agents, by their ids. */
  const degrading = new Map<string, Alert>()
  const listeners: (() => void)[] = []
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const alarms = new Alarms<string>(changed)

  function untilMs({ code, raisedAtMs }: Alert): number {
    const measures = supervision.current()?.measures ?? []
    const ms = measures.map(measure => (measure.do === 'pass-over-agent' && measure.on === code ? measure.forMs : 0))
    return raisedAtMs + Math.max(0, ...ms)
  }

  const followed = await AlertLog.follow(nc, log, entry => {
    const agentId = entry.kind === 'raised' ? entry.alert.about.agentId : agentOf(entry.alertId)
    if (agentId === undefined) return
    if (entry.kind === 'raised') {
      degrading.set(agentId, entry.alert)
      alarms.set(agentId, untilMs(entry.alert))
    } else {
      degrading.delete(agentId)
      alarms.clear(agentId)
    }
    changed()
  })

  function agentOf(alertId: string): string | undefined {
    return [...degrading].find(([, alert]) => alert.alertId === alertId)?.[0]
  }

  return {
    whyHeld(agentId) {
      const alert = degrading.get(agentId)
      const policy = supervision.current()
      if (!alert || !policy || untilMs(alert) <= Date.now()) return null
      const { id, version, hash } = referenceToSupervision(policy)
      const until = new Date(untilMs(alert)).toISOString()
      return `${id}@${version} (${hash}) gives it no work until ${until}: ${alert.code}, ${alert.cause} (alert ${alert.alertId})`
    },
    count() {
      const open = followed.alerts.open()
      const of = (code: AlertCode) => open.filter(alert => alert.code === code).length
      return Object.fromEntries(alertCodes.map(code => [code, of(code)])) as Record<AlertCode, number>
    },
    onChange: listener => void listeners.push(listener),
    async stop() {
      alarms.stop()
      await followed.stop()
    },
  }
}
