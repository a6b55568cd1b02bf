import { EntenteError } from '../../protocol/errors.ts'

/** The idempotency key; a business id may have slashes itself. */
export function keyOf(key: string): { tenant: string; operation: string; businessId: string } {
  const [, tenant, operation, businessId] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(key) ?? []
  if (!tenant || !operation || !businessId) throw invalid('--key', 'tenant/operation/business-id', key)
  return { tenant, operation, businessId }
}

/** What the command line got instead of what it takes. */
export function invalid(what: string, takes: string, got: string): EntenteError {
  return new EntenteError('COMMAND_INVALID', `${what}: ${takes} is wanted, not ${got}`)
}
