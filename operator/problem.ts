import { JetStreamApiError } from '@nats-io/jetstream'
import { errors as busErrors } from '@nats-io/nats-core'
import type { FastifyError } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { EntenteError, type ErrorCode, listErrors } from '../protocol/errors.ts'
import { statusOf } from './status.ts'

export const problemType = 'application/problem+json'

/** An error as this API gives it (RFC 9457). */
export const Problem = z
  .object({
    type: z.string().describe('urn:entente:error: and the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened, and why'),
    code: z.enum(listErrors().map(({ code }) => code)).describe('Stable; GET /v1/errors says more of each'),
    remedy: z.string().describe('What to do about it'),
    retry: z.boolean().describe('Whether trying again can help'),
    instance: z.string().describe('The request, as the log names it'),
    errors: z
      .array(z.object({ field: z.string().describe('JSON pointer into the request'), message: z.string() }))
      .optional()
      .describe('Fields that are wrong'),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>

/** Words an error for whoever sent the request. What is our own fault says only that; the log has the rest. */
export function problemOf(error: unknown, requestId: string): Problem {
  const { code, message, remedy, retry } = asEntenteError(error)
  const errors = fieldsOf(error)
  return {
    type: `urn:entente:error:${code}`,
    title: titleOf(code),
    status: statusOf(code),
    detail: message,
    code,
    remedy,
    retry,
    instance: `urn:entente:request:${requestId}`,
    ...(errors === undefined ? {} : { errors }),
  }
}

function asEntenteError(error: unknown): EntenteError {
  if (error instanceof EntenteError) return error
  if (isBusAway(error)) return new EntenteError('BUS_UNREACHABLE', 'the bus gives no answer now')
  const fields = fieldsOf(error)
  if (fields) return invalid(fields.map(({ field, message }) => `${field}: ${message}`).join('; '))
  const { code, message, statusCode } = error as FastifyError
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new EntenteError('PAYLOAD_TOO_LARGE', message)
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new EntenteError('MEDIA_TYPE_UNSUPPORTED', message)
  // What else the framework refuses is malformed: no JSON, no proper URL, a length that does not fit.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return invalid(message)
  return new EntenteError('INTERNAL', 'the API failed; its log says why')
}

const { TimeoutError, NoRespondersError, RequestError, ClosedConnectionError, DrainingConnectionError } = busErrors
const silences = [TimeoutError, NoRespondersError, RequestError, ClosedConnectionError, DrainingConnectionError]

/** The server is not reached, or its JetStream is not there at the moment. */
function isBusAway(error: unknown): boolean {
  return silences.some(each => error instanceof each) || (error instanceof JetStreamApiError && error.status === 503)
}

function invalid(message: string): EntenteError {
  return new EntenteError('COMMAND_INVALID', message)
}

/** `body/order/budget` and what it takes, for every field that is wrong. */
function fieldsOf(error: unknown): NonNullable<Problem['errors']> | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined
  const { validation, validationContext } = error as unknown as FastifyError & { validationContext: string }
  return (validation ?? []).map(({ instancePath, message = 'is wrong' }) => {
    const path = instancePath === '/' ? '' : instancePath
    return { field: `${validationContext}${path}`, message }
  })
}

/** `TASK_NOT_FOUND` → `Task not found`. */
function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
