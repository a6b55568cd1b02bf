import type { NatsConnection } from '@nats-io/nats-core'

/** What headers may take of it: the server counts them. */
const headersRoom = 1_024
/** Room in a message for what stands around a value: a receipt, who was chosen, how a task ended. */
const envelopeBytes = 16 * 1_024
/** An entry of a task's log may hold an output so often: received, agreed on, and part of the task's own (ADR 3). */
const timesInAnEntry = 3

/** Bytes that the text of a message may have on this bus. */
export function roomOf(nc: NatsConnection): number {
  return (nc.info?.max_payload ?? Number.POSITIVE_INFINITY) - headersRoom
}

/** Bytes that a value may have of which a message tells: a plan. */
export function largestValue(nc: NatsConnection): number {
  return roomOf(nc) - envelopeBytes
}

/** Bytes of canonical JSON that an output may have. */
export function largestOutput(nc: NatsConnection): number {
  return Math.floor(largestValue(nc) / timesInAnEntry)
}

/** Bytes of an answer with such an output. */
export function largestAnswer(nc: NatsConnection): number {
  return largestOutput(nc) + envelopeBytes
}
