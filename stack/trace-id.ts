import { randomUUID } from 'node:crypto'

/** The header of a request that says which trace it belongs to. */
export const TRACEPARENT = 'traceparent'

/** `version-traceId-parentId-flags`; an id of zeros is none. https://www.w3.org/TR/trace-context/#traceparent-header */
const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/

/**
 * The trace that a request belongs to; a new one when it says none, or nothing that can be read. Node draws the bytes of many
 * UUIDs at once, and the six bits that are the same in all do not matter here.
 */
export function traceIdOf(traceparent?: string): string {
  return form.exec(traceparent ?? '')?.[1] ?? randomUUID().replaceAll('-', '')
}
