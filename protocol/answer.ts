import { z } from 'zod'
import { Bytes32, Signature } from './ids.ts'
import { JsonValue } from './json.ts'
import { Commit, Failure, Receipt } from './receipt.ts'

/** What an agent sends back on `RESULTS`. Each carries the agent's signature over its document. */
export const Answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('commit'), commit: Commit, signature: Signature }),
  z.object({
    kind: z.literal('result'),
    output: JsonValue,
    receipt: Receipt,
    signature: Signature,
    /** Opens the commitment; null where none was asked for. */
    salt: Bytes32.nullable(),
  }),
  z.object({ kind: z.literal('failure'), failure: Failure, signature: Signature }),
])
export type Answer = z.infer<typeof Answer>

/** Which attempt an answer is for, and whose it says it is. */
export function placeOf(answer: Answer) {
  if (answer.kind === 'commit') return answer.commit
  return answer.kind === 'result' ? answer.receipt : answer.failure
}
