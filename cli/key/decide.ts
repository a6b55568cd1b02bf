import { EntenteError } from '../../protocol/errors.ts'
import type { KeyCommand } from '../../protocol/gateway-door.ts'
import { Address } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { askAll } from '../../stack/ask-all.ts'
import { withBus } from '../with-bus.ts'

const asking = { timeoutMs: 5_000, silence: 'NOT_FOUND' } as const

/** `entente key list`: one JSON line a key; a key that two gateways hold is there twice. */
export function printKeys(): Promise<void> {
  return withBus(async nc => {
    for (const answer of await askAll(nc, subjects.chainKeys, null, { ...asking, silence: 'NOBODY_ANSWERS' })) {
      if (answer instanceof EntenteError) throw answer
      for (const state of answer as object[]) process.stdout.write(`${JSON.stringify(state)}\n`)
    }
  })
}

/** `entente key freeze`, `thaw`, `rotate` */
export async function decideKey(text: string, command: KeyCommand): Promise<void> {
  const address = addressOf(text)
  return withBus(async nc => {
    const state = await ask(nc, subjects.chainKey(address), command, asking)
    process.stdout.write(`${JSON.stringify(state)}\n`)
  })
}

/** @throws EntenteError COMMAND_INVALID */
export function addressOf(text: string): Address {
  const address = Address.safeParse(text.toLowerCase())
  if (address.success) return address.data
  throw new EntenteError('COMMAND_INVALID', `a key is named by its address, not by ${text.slice(0, 6)}…`)
}
