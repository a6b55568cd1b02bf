import { z } from 'zod'
import type { Views } from '../../coordinator/views/schema.ts'
import { Hash, TimeMs } from './fields.ts'

export const Leaf = z
  .object({
    position: z.int().describe('In the evidence log, from 0'),
    taskId: Hash,
    index: z.int().describe("Of the event in the task's history, from 0"),
    type: z.string(),
    hash: Hash.describe('Content hash of the event'),
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

export function toLeaf({ eventIndex, ...row }: Views['leaves']): z.infer<typeof Leaf> {
  return { ...row, index: eventIndex }
}
