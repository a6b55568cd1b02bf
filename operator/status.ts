import { type ErrorCode, listErrors } from '../protocol/errors.ts'

/** The HTTP status of errors that have one of their own; the only place that knows. */
const statuses: { readonly [C in ErrorCode]?: number } = {
  ANSWERER_UNKNOWN: 403,
  API_KEY_UNKNOWN: 401,
  APPROVAL_NOT_OPEN: 409,
  APPROVER_UNKNOWN: 403,
  ARTIFACT_CORRUPT: 500,
  ARTIFACT_MISSING: 404,
  BUNDLE_NOT_READY: 409,
  COMMAND_INVALID: 400,
  COORDINATORS_FULL: 503,
  DEAD_LETTER_UNKNOWN: 404,
  DOMAIN_OVER_QUOTA: 429,
  IDEMPOTENCY_CONFLICT: 409,
  INTERNAL: 500,
  LOG_CONFLICT: 409,
  MEDIA_TYPE_UNSUPPORTED: 415,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  PAYLOAD_TOO_LARGE: 413,
  PRIORITY_REFUSED: 403,
  QUESTION_NOT_OPEN: 409,
  RATE_LIMITED: 429,
  REQUEST_STALE: 409,
  SIGNAL_NOT_AWAITED: 409,
  SIGNAL_REFUSED: 403,
  SIGNATURE_INVALID: 403,
  TASK_CLOSED: 409,
  TASK_NOT_FOUND: 404,
  TENANT_OVER_LIMIT: 429,
  UNAUTHORIZED: 403,
}

const retriable = new Set(listErrors().flatMap(({ code, retry }) => (retry ? [code] : [])))

/** Of other errors: those that pass by themselves are ours to mend, those that do not are in what was sent. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? (retriable.has(code) ? 503 : 422)
}
