import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { askAll } from '../../stack/ask-all.ts'
import { withBus } from '../with-bus.ts'

/** `entente relay status`: one JSON line a relay. */
export function printRelays(): Promise<void> {
  return withBus(async nc => {
    const answers = await askAll(nc, subjects.relayFigures, null, { timeoutMs: 5_000, silence: 'NOT_FOUND' })
    for (const answer of answers) {
      if (answer instanceof EntenteError) throw answer
      process.stdout.write(`${JSON.stringify(answer)}\n`)
    }
  })
}
