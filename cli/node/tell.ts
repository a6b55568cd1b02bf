import { EntenteError } from '../../protocol/errors.ts'
import type { NodeCommand } from '../../protocol/gateway-door.ts'
import { subjects } from '../../protocol/subjects.ts'
import { askAll } from '../../stack/ask-all.ts'
import { parseNode } from '../../stack/node-list.ts'
import { withBus } from '../with-bus.ts'

/** Gives a command to all gateways, and prints a JSON line a node; the first that refuses ends it. */
export function tellGateways(command: NodeCommand): Promise<void> {
  check(command)
  return withBus(async nc => {
    const answers = await askAll(nc, subjects.chainNodes, command, { timeoutMs: 5_000, silence: 'NOBODY_ANSWERS' })
    for (const answer of answers) {
      if (answer instanceof EntenteError) throw answer
      for (const state of answer as object[]) process.stdout.write(`${JSON.stringify(state)}\n`)
    }
  })
}

/** What was typed is not shown: a URL may hold a password. @throws EntenteError COMMAND_INVALID */
function check(command: NodeCommand): void {
  if (command.do === 'add' && parseNode(command.node) === null) {
    throw new EntenteError('COMMAND_INVALID', 'a node is named by its URL, its roles before it: reader@http://…')
  }
  if (command.do === 'remove' && !/#[0-9a-f]{6}$/.test(command.name)) {
    throw new EntenteError('COMMAND_INVALID', 'a node is named as `entente node list` shows it: host#a1b2c3')
  }
}
