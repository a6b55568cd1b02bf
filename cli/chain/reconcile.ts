import { Differences } from '../../protocol/chain-difference.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { cancelMessage } from '../../stack/chain-intent.ts'
import { exitCodes } from '../exit-codes.ts'
import { withBus } from '../with-bus.ts'

const asking = { timeoutMs: 10_000, silence: 'CHAIN_SLOW' } as const

/** `entente chain differences`: one JSON line each; the exit status tells whether there are any. */
export function printDifferences(): Promise<number> {
  return withBus(async nc => {
    const { unsettled, unheard, strays } = Differences.parse(await ask(nc, subjects.chainDifferences, null, asking))
    const all = [...unsettled, ...unheard, ...strays]
    for (const difference of all) print(difference)
    return all.length === 0 ? exitCodes.done : exitCodes.failed
  })
}

/** `entente chain accept` */
export function acceptStray(text: string, reason: string): Promise<void> {
  const stray = { txHash: hashOf(text), reason }
  return withBus(async nc => print(await ask(nc, subjects.chainAccept, stray, asking)))
}

/** `entente chain cancel` */
export function takeBack(text: string, { tenant, reason }: { tenant: string; reason: string }): Promise<void> {
  const message = { tenant, messageId: hashOf(text), reason }
  return withBus(async nc => print(await cancelMessage(nc, message, asking)))
}

function hashOf(text: string) {
  const parsed = Bytes32.safeParse(text)
  if (parsed.success) return parsed.data
  throw new EntenteError('COMMAND_INVALID', `0x and 64 hexadecimal digits are wanted, not ${text}`)
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
