import { getRetryable } from '@langchain/core/errors'
import { Retryable } from '../sdk/define.ts'
import { explainMismatch } from '../sdk/explain-mismatch.ts'

const MAX_CAUSES = 8
/** Request Timeout, Too Early, Too Many Requests; RFC 9110, 8470, 6585. */
const passingStatus: ReadonlySet<number> = new Set([408, 425, 429])
/** Codes of Node's sockets and name look-ups, and of its fetch. */
const networkCode = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_)/

/**
 * What a failed run of a runnable means for the subtask: `Retryable` where the model, or the way to it, was away, slow
 * or crowded; otherwise a plain error, for the same question would fail again. The message fits one line.
 */
export function classifyFailure(thrown: unknown): Error {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown))
  return mayPass(cause) ? new Retryable(reasonOf(cause), { cause }) : new Error(reasonOf(cause), { cause })
}

/**
 * The nearest cause that tells decides: middleware wraps what a model's client threw, and that what the socket threw.
 */
function mayPass(thrown: Error): boolean {
  let error: unknown = thrown
  for (let depth = 0; depth < MAX_CAUSES && error instanceof Error; depth += 1) {
    const verdict = verdictOn(error)
    if (verdict !== undefined) return verdict
    error = error.cause
  }
  return false
}

function verdictOn(error: Error & { status?: unknown; code?: unknown }): boolean | undefined {
  if (error instanceof Retryable || error.name === 'TimeoutError') return true
  // LangChain's own word goes first: a 429 because the quota is spent is marked as one that waiting does not mend.
  const marked = getRetryable(error)
  if (marked !== undefined) return marked
  if (typeof error.status === 'number') return error.status >= 500 || passingStatus.has(error.status)
  if (typeof error.code === 'string' && networkCode.test(error.code)) return true
  return undefined
}

/** A malformed answer is told by where it is wrong, not by its text: that may hold what others must not read. */
function reasonOf(error: Error): string {
  if (isSchemaError(error)) return `an answer is not of the form asked for: ${explainMismatch(error)}`
  if ('lc_error_code' in error && error.lc_error_code === 'OUTPUT_PARSING_FAILURE')
    return 'an answer is not of the form asked for'
  if (error instanceof SyntaxError) return 'the model did not answer in JSON'
  return error.message
    .replace(/\s*Troubleshooting URL: \S+/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** By its name: the author's zod need not be ours, and version 4 throws it under two names. */
function isSchemaError(error: Error): error is Error & Parameters<typeof explainMismatch>[0] {
  return (error.name === 'ZodError' || error.name === '$ZodError') && 'issues' in error
}
