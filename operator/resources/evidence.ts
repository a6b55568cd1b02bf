import { z } from 'zod'
import type { Views } from '../../coordinator/views/schema.ts'
import type { LoggedEvent } from '../../protocol/evidence.ts'
import { Hash, TimeMs } from './fields.ts'

export const Leaf = z
  .object({
    position: z.int().describe('In the evidence log, from 0'),
    taskId: Hash,
    first: z.int().describe("Of its first event in the task's history, from 0"),
    events: z.array(z.object({ type: z.string(), hash: Hash.describe('Content hash of the event') })),
  })
  .meta({ id: 'Leaf' })

export const Checkpoint = z
  .object({
    size: z.int().describe('Leaves that it covers'),
    root: Hash.describe('RFC 6962'),
    txHash: Hash,
    blockNumber: z.int(),
    atMs: TimeMs,
  })
  .meta({ id: 'Checkpoint' })

export function toLeaf({ position, taskId, firstEvent, events }: Views['leaves']): z.infer<typeof Leaf> {
  return { position, taskId, first: firstEvent, events: JSON.parse(events) as LoggedEvent[] }
}
