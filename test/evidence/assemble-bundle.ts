import { type BundleParts, bundleText } from '../../coordinator/flow/prove.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { type Bundle, writtenAs } from '../../protocol/evidence.ts'

/** The bundle that a coordinator would write, as who reads the file has it. */
export function assembleBundle({ events, ...parts }: BundleParts & { readonly events: readonly TaskEvent[] }): Bundle {
  return JSON.parse(bundleText(parts, events.map(writtenAs)))
}
