import type { Step } from './journal.ts'
import type { Life } from './life.ts'
import { ownTenant } from './own.ts'

/**
 * What follows FINAL, in the same entry. The business side reads the outcome on the message's own subject, and the message stays
 * NOTIFIED until that side says COMPLETED; one that gateways send themselves, or whose sender has said so beforehand, waits for
 * nobody.
 */
export function told({ intent }: Life): Step[] {
  const waits = intent.tenant !== ownTenant && intent.completes !== 'final'
  return waits ? [{ state: 'NOTIFIED' }] : [{ state: 'NOTIFIED' }, { state: 'COMPLETED' }]
}
