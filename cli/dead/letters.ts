import { EntenteError } from '../../protocol/errors.ts'
import { dropDeadLetter, listDeadLetters } from '../../stack/dead-letters.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { withBus } from '../with-bus.ts'

/** `entente dead list`: one JSON line a letter, the oldest first. */
export function printDeadLetters(): Promise<void> {
  return withBus(async nc => {
    for (const letter of await listDeadLetters(nc)) process.stdout.write(`${JSON.stringify(letter)}\n`)
  })
}

/** `entente dead retry`: a coordinator tries it again. */
export async function retryDeadLetter(sequence: string): Promise<void> {
  const letter = { sequence: numberOf(sequence) }
  return withBus(async nc => print(await sendCommand(nc, 'retry-dead', letter)))
}

/** `entente dead drop` */
export async function forgetDeadLetter(text: string): Promise<void> {
  const sequence = numberOf(text)
  return withBus(async nc => {
    await dropDeadLetter(nc, sequence)
    print({ sequence })
  })
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text)
  throw new EntenteError(
    'COMMAND_INVALID',
    `a dead letter is named by the sequence that the list shows, not by ${text}`,
  )
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
