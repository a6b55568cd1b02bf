import { EntenteError } from '../../protocol/errors.ts'
import type { NodeCommand } from '../../protocol/gateway-door.ts'
import { subjects } from '../../protocol/subjects.ts'
import { askAll } from '../../stack/ask-all.ts'
import { withBus } from '../with-bus.ts'

/** Gives a command to all gateways, and prints a JSON line a node; the first that refuses ends it. */
export function tellGateways(command: NodeCommand): Promise<void> {
  return withBus(async nc => {
    const answers = await askAll(nc, subjects.chainNodes, command, { timeoutMs: 5_000, silence: 'NOT_FOUND' })
    for (const answer of answers) {
      if (answer instanceof EntenteError) throw answer
      for (const state of answer as object[]) process.stdout.write(`${JSON.stringify(state)}\n`)
    }
  })
}
