import type { Message } from './message.ts'
import { type Pipeline, step } from './pipeline.ts'

/**
 * FINAL → NOTIFIED: the outcome is stored on the message's own subject, where the business side reads it. It stays
 * NOTIFIED until that side says COMPLETED.
 */
export async function notify(pipeline: Pipeline, message: Message): Promise<void> {
  await step(pipeline, message, { state: 'NOTIFIED', ...message.life.mined! })
}
