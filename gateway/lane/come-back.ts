import type { Message } from '../message.ts'
import { type Pipeline, store } from '../pipeline.ts'

/** A message whose batch did nothing for it, and never can, goes on alone, as if it had just been admitted. */
export function comeBack(pipeline: Pipeline, message: Message, cause: string): Promise<void> {
  return store(pipeline, message, { state: 'ADMITTED', cause })
}
